import { Readable } from "node:stream";
import { z } from "zod";
import { administratorOf } from "../../platform/http/access.js";
import type { ApiServer } from "../../platform/http/api-server.js";
import { type ProblemTitles, Refusal } from "../../platform/http/problem.js";
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
import { INVENTORY_COLUMNS, VULNERABILITY_COLUMNS } from "../domain/import-row.js";
import { jsonDocument } from "./json-document.js";
import { tableRows } from "./named-rows.js";
import { ImportAnswer, ImportQuery, Source, SourcesAnswer } from "./schemas.js";

export const riskImportProblemTitles: ProblemTitles = {
  "cyclonedx-unreadable": "This is no CycloneDX document in JSON",
  "vulnerabilities-unreadable": "This is neither a list of vulnerabilities in JSON nor a CycloneDX document",
  "inventory-too-many-assets": "The file has more assets than a site's picture holds: nothing of it was taken",
  "inventory-too-many-links": "The file has more connections than a site's picture holds: nothing of it was taken",
  "vulnerabilities-too-many": "The file has more vulnerabilities at assets than are kept: nothing of it was taken",
  "risk-sources-full": "There are as many imported sources as are kept: remove one first",
  "risk-source-unknown": "Nothing was imported under this name",
  "json-too-large": "The document is too large: send its inventory as CSV",
  "json-malformed": "The file is not JSON",
};

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
    config: { ...officer, rateLimit: { max: 30, timeWindow: "1 minute" } },
    bodyLimit: LARGEST_FILE,
    handler: async (request) => {
      const { what, dryRun } = request.query;
      if (!(request.body instanceof Readable)) throw new Refusal(415, "unsupported-media-type");
      const isCsv = (request.headers["content-type"] ?? "").startsWith(CSV);
      const file = await readFile(request.body, { what, isCsv, known: knownCves(risk) });
      const { source } = request.params;
      const by = administratorOf(request).id;
      const done = await importFile(parts, { source, what, by, dryRun: dryRun === "true", file });
      if (done.outcome === "refused") throw new Refusal(400, done.code);
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

async function readFile(
  file: AsyncIterable<Uint8Array>,
  { what, isCsv, known }: { what: "inventory" | "vulnerabilities"; isCsv: boolean; known: ReadonlySet<string> },
): Promise<FileOutcome> {
  try {
    if (what === "inventory") {
      return isCsv
        ? await readInventory(tableRows(file, { columns: INVENTORY_COLUMNS, needed: ["id", "kind"] }))
        : readBom(await jsonDocument(file));
    }
    return isCsv
      ? await readVulnerabilities(tableRows(file, { columns: VULNERABILITY_COLUMNS, needed: ["cve"] }), known)
      : await readVulnerabilityDocument(await jsonDocument(file), known);
  } catch (error) {
    if (isFileFault(error)) throw new Refusal(400, error.code);
    throw error;
  }
}
