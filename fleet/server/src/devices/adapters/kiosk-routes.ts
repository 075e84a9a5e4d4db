import { DeviceConnection, DeviceLease, DevicePairs } from "@wardkey/protocol/fleet";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { ApiServer } from "../../platform/http/api-server.js";
import { Refusal } from "../../platform/http/problem.js";
import type { Answer, DeviceDesk } from "../app/lease.js";

const STATUS = {
  "device-unknown": 403,
  "device-denied": 403,
  "device-quarantined": 403,
  "kiosk-only": 403,
  "reader-missing": 409,
  "table-unknown": 404,
} as const satisfies Record<Extract<Answer<object>, { ok: false }>["code"], number>;

const Digest = z.strictObject({ digest: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });
const config = { access: "device" } as const;
/** A table's bytes belong to its digest for ever; only kiosks may keep them. */
const TABLE_CACHING = "private, max-age=86400, immutable";

/** What devices fetch with their certificate; on the device listener. */
export function kioskRoutes(
  server: ApiServer,
  { desk, callerOf }: { desk: DeviceDesk; callerOf: (request: FastifyRequest) => { device: string } },
): void {
  server.route({
    method: "GET",
    url: "/v1/device/connection",
    schema: {
      tags: ["device"],
      summary: "Where this device finds what, and the fleet's time",
      response: { 200: DeviceConnection },
    },
    config,
    handler: async (request) => given(desk.connection(callerOf(request).device)).connection,
  });
  server.route({
    method: "GET",
    url: "/v1/device/pairs",
    schema: {
      tags: ["device"],
      summary: "This device's rows of the connection matrix",
      response: { 200: DevicePairs },
    },
    config,
    handler: async (request) => given(desk.pairs(callerOf(request).device)).pairs,
  });
  server.route({
    method: "GET",
    url: "/v1/kiosk/lease",
    schema: { tags: ["device"], summary: "What lets a kiosk work alone for a time", response: { 200: DeviceLease } },
    config,
    handler: async (request) => given(await desk.lease(callerOf(request).device)).lease,
  });
  server.route({
    method: "GET",
    url: "/v1/kiosk/table/:digest",
    schema: { tags: ["device"], summary: "The table of holders, by its digest", params: Digest },
    config,
    handler: async (request, reply) => {
      const { digest } = request.params;
      const { bytes } = given(await desk.table(callerOf(request).device, digest));
      const tag = `"${digest}"`;
      reply.header("etag", tag).header("cache-control", TABLE_CACHING);
      if (matchesTag(request.headers["if-none-match"], tag)) return reply.code(304).send();
      return reply.type("application/octet-stream").send(Buffer.from(bytes));
    },
  });
}

/** RFC 9110 13.1.2: a list of tags, weak ones compare alike. */
function matchesTag(header: string | undefined, tag: string): boolean {
  if (header === undefined || header.length > 1_024) return false;
  return header.split(",").some((one) => one.trim() === "*" || one.trim().replace(/^W\//, "") === tag);
}

function given<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Refusal(STATUS[answer.code], answer.code);
  return answer;
}
