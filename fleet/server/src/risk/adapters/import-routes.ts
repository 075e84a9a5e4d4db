import { Readable } from "node:stream";
import { z } from "zod";
import { administratorOf } from "../../platform/http/access.js";
import type { ApiServer } from "../../platform/http/api-server.js";
import { LONGEST_BODY } from "../../platform/http/body-deadline.js";
import { Refusal } from "../../platform/http/problem.js";
import { importFile, knownCves } from "../app/importing.js";
import {
  type FileOutcome,
  isFileFault,
  readBom,
  readInventory,
  readVulnerabilities,
  readVulnerabilityDocument,
} from "../app/imports.js";
import type { RiskStore } from "../app/ports.js";
import type { Risk } from "../app/risk.js";
import type { Slicing } from "../app/slices.js";
import { INVENTORY_COLUMNS, VULNERABILITY_COLUMNS } from "../domain/import-row.js";
import { importRefusal } from "./import-problems.js";
import { jsonDocument, MOST_JSON_BYTES } from "./json-document.js";
import { TABLE_BOUNDS, tableRows } from "./named-rows.js";
import { ImportAnswer, ImportQuery, Source, SourcesAnswer } from "./schemas.js";

const LARGEST_FILE = 257 * 1024 * 1024;
const CSV = "text/csv";
const JSON_DOCUMENT = "application/vnd.cyclonedx+json";
const tags = ["risk"];
const officer = { access: { role: "security-officer" } } as const;

/** Inventories and lists of vulnerabilities, from files alone: the server asks nobody outside. */
export function riskImportRoutes(
  server: ApiServer,
  parts: {
    risk: Risk;
    store: RiskStore;
    now(): number;
    newId(): string;
    slicing: Slicing;
    record(kind: string, body: Record<string, string | number>): Promise<void>;
  },
): void {
  const { risk, store } = parts;
  for (const type of [CSV, JSON_DOCUMENT]) {
    if (!server.hasContentTypeParser(type))
      server.addContentTypeParser(type, (_request, payload, done) => done(null, payload));
  }

  server.route({
    method: "GET",
    url: "/v1/risk/imports",
    schema: { tags, summary: "The imported files that are in force", response: { 200: SourcesAnswer } },
    config: { access: { role: "viewer" } },
    handler: async () => ({
      sources: risk.sources.map(({ import: _import, ...told }) => told),
    }),
  });
  server.route({
    method: "POST",
    url: "/v1/risk/imports/:source",
    schema: {
      tags,
      summary: "Take an inventory or a list of vulnerabilities into force, or look what it would change",
      params: z.strictObject({ source: Source }),
      querystring: ImportQuery,
      response: { 200: ImportAnswer },
    },
    config: { ...officer, rateLimit: { max: 30, timeWindow: "1 minute" }, bodyWithin: LONGEST_BODY },
    bodyLimit: LARGEST_FILE,
    handler: async (request) => {
      const { what, dryRun } = request.query;
      if (!(request.body instanceof Readable)) throw new Refusal(415, "unsupported-media-type");
      const isCsv = (request.headers["content-type"] ?? "").startsWith(CSV);
      // Nobody should have to send all of it to hear that.
      const announced = Number(request.headers["content-length"] ?? 0);
      if (isCsv && announced > TABLE_BOUNDS.mostBytes) throw importRefusal("csv-too-large");
      if (!isCsv && announced > MOST_JSON_BYTES) throw importRefusal("json-too-large");
      const file = await readFile(request.body, { what, isCsv, known: knownCves(risk), slicing: parts.slicing });
      const { source } = request.params;
      const by = administratorOf(request).id;
      const done = await importFile(parts, { source, what, by, dryRun: dryRun === "true", file });
      if (done.outcome === "refused") throw importRefusal(done.code);
      return { ...done.report, faults: [...done.report.faults] };
    },
  });
  server.route({
    method: "DELETE",
    url: "/v1/risk/imports/:source",
    schema: {
      tags,
      summary: "Take what a file brought out of the picture",
      params: z.strictObject({ source: Source }),
      response: { 204: z.null() },
    },
    config: officer,
    handler: async (request, reply) => {
      const { source } = request.params;
      if (!(await store.remove(source))) throw new Refusal(404, "risk-source-unknown");
      await parts.record("risk.removed", { by: administratorOf(request).id, source });
      await risk.redraw();
      return reply.code(204).send(null);
    },
  });
}

interface Reading {
  readonly what: "inventory" | "vulnerabilities";
  readonly isCsv: boolean;
  readonly known: ReadonlySet<string>;
  readonly slicing: Slicing;
}

async function readFile(
  file: AsyncIterable<Uint8Array>,
  { what, isCsv, known, slicing }: Reading,
): Promise<FileOutcome> {
  try {
    if (what === "inventory") {
      return isCsv
        ? await readInventory(tableRows(file, { columns: INVENTORY_COLUMNS, needed: ["id", "kind"], slicing }))
        : readBom(await jsonDocument(file));
    }
    return isCsv
      ? await readVulnerabilities(tableRows(file, { columns: VULNERABILITY_COLUMNS, needed: ["cve"], slicing }), known)
      : await readVulnerabilityDocument(await jsonDocument(file), known);
  } catch (error) {
    if (isFileFault(error)) throw importRefusal(error.code);
    throw error;
  }
}
