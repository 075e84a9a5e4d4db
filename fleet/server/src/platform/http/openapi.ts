import swagger from "@fastify/swagger";
import { Problem } from "@wardkey/protocol/fleet";
import { createJsonSchemaTransform } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Access } from "./access.js";
import type { ApiServer } from "./api-server.js";

const toJsonSchema = createJsonSchemaTransform({ zodToJsonConfig: { target: "draft-2020-12" } });

/** Describes every route of `server` that is registered after this, from the schemas that check it. */
export async function registerOpenApi(server: ApiServer): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Wardkey fleet server",
        version: "1",
        description: "Errors are problem+json (RFC 9457) with a stable `code`.",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      components: {
        securitySchemes: {
          session: { type: "apiKey", in: "cookie", name: "wardkey", description: "`__Host-wardkey` behind TLS" },
          token: { type: "http", scheme: "bearer", description: "An API token (`wk_…`)" },
          // The plugin's types know no mutualTLS: openApiDocument says it.
          device: { type: "http", scheme: "mutual" },
          page: { type: "http", scheme: "bearer", description: "The page token of this start: reading alone" },
        },
      },
    },
    transform: (route) => {
      const described = toJsonSchema(route);
      const { access } = route.route.config ?? {};
      const schema = described.schema ?? {};
      if (route.route.url.endsWith("*") || schema.hide === true)
        return { ...described, schema: { ...schema, hide: true } };
      return {
        url: described.url,
        schema: {
          ...schema,
          operationId: operationId(String(route.route.method), described.url),
          security: securityOf(access),
          response: { ...responsesOf(schema.response), "4XX": PROBLEM },
          ...(typeof access === "object" ? { description: `Role: ${access.role} or above.` } : {}),
        },
      };
    },
  });
}

/** `/v1/openapi.json`: the description of the running server, both listeners. */
export function openApiRoute(server: ApiServer, document: () => Record<string, unknown>): void {
  server.route({
    method: "GET",
    url: "/v1/openapi.json",
    schema: { hide: true },
    config: { access: "public" },
    handler: async () => document(),
  });
}

const PROBLEM = {
  description: "A refusal with a stable code",
  content: { "application/problem+json": { schema: jsonSchemaOf(Problem) } },
};

function jsonSchemaOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema);
  return rest;
}

function responsesOf(responses: unknown): Record<string, unknown> {
  if (typeof responses !== "object" || responses === null || Object.keys(responses).length === 0) {
    return { 200: { description: "Done" } };
  }
  return { ...responses };
}

function securityOf(access: Access | undefined): Record<string, string[]>[] {
  if (access === undefined || access === "public") return [];
  if (access === "device") return [{ device: [] }];
  const signedIn = [{ session: [] }, { token: [] }];
  return access === "page-token" || access.role === "viewer" ? [...signedIn, { page: [] }] : signedIn;
}

/** "post /v1/approvals/{id}/approve" becomes "postApprovalsIdApprove". */
function operationId(method: string, url: string): string {
  const words = url.replace(/^\/v1\//, "").split(/[^A-Za-z0-9]+/);
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}
