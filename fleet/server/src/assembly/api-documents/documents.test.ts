import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { openApiDocument } from "../../platform/http/openapi-document.js";
import { asyncApiDocument } from "./asyncapi-document.js";
import { describedServers } from "./described-servers.js";

const committed = (name: string): URL => new URL(`../../../../../docs/api/${name}`, import.meta.url);
const text = (document: unknown): string => `${JSON.stringify(document, null, 2)}\n`;

/** WARDKEY_WRITE_API=1 writes what the code says; without it the committed file must say the same. */
async function sameAsCommitted(name: string, document: unknown): Promise<void> {
  if (process.env["WARDKEY_WRITE_API"] === "1") await writeFile(committed(name), text(document));
  expect(
    await readFile(committed(name), "utf8"),
    `run WARDKEY_WRITE_API=1 npx vitest run ${import.meta.filename}`,
  ).toBe(text(document));
}

async function openApi(): Promise<Record<string, unknown>> {
  const servers = await describedServers();
  try {
    return openApiDocument(servers);
  } finally {
    await servers.console.close();
    await servers.device.close();
  }
}

describe("docs/api/openapi.json", () => {
  it("is what the routes' own schemas say", async () => {
    await sameAsCommitted("openapi.json", await openApi());
  });

  it("is valid OpenAPI 3.1", async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(await openApi());
    expect([valid, errors, validator.version]).toEqual([true, undefined, "3.1"]);
  });

  it("gives every operation a summary, a name of its own and a way to refuse", async () => {
    const { paths } = (await openApi()) as {
      paths: Record<string, Record<string, { operationId?: string; summary?: string; responses?: object }>>;
    };
    const operations = Object.values(paths).flatMap((item) =>
      Object.entries(item).flatMap(([method, operation]) => (method === "servers" ? [] : [operation])),
    );
    const names = operations.map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
    expect(operations.filter(({ responses }) => responses === undefined || !("4XX" in responses))).toEqual([]);
  });
});

describe("docs/api/asyncapi.json", () => {
  it("is what the topics and message schemas say", async () => {
    await sameAsCommitted("asyncapi.json", asyncApiDocument());
  });

  it("is valid by the specification's own schema of AsyncAPI 3.1.0", () => {
    const require = createRequire(import.meta.url);
    const schema = require("@asyncapi/specs/schemas/3.1.0-without-$id.json") as object;
    const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
    const validate = ajv.compile(schema);
    expect([validate(asyncApiDocument()), validate.errors]).toEqual([true, null]);
  });
});
