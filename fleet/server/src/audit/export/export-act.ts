import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { FleetBody } from "@wardkey/protocol/fleet";
import { z } from "zod";
import type { AuditStore } from "../app/ports.js";
import { EXPORT_FORMATS, exportEvents } from "./export-events.js";

/** What two people decide on. */
export const EXPORT_KIND = "audit.export";

const At = z.number().int().nonnegative().max(8_640_000_000_000_000);
export const ExportRequest = z.strictObject({ format: z.enum(EXPORT_FORMATS), from: At, to: At });
export type ExportRequest = z.infer<typeof ExportRequest>;

const CHUNK_LINES = 1_000;
/** By what the audit names the format. */
const FAMILY = { ndjson: "ndjson", ocsf: "ocsf", "fhir-r4": "fhir", "fhir-r5": "fhir" } as const;

/**
 * Exporting who was where and when leaves the server's hands: two people. The file is private, named by the approval,
 * whole or not there; carried out again after a crash it is written anew.
 */
export function createExportAct(parts: {
  store: AuditStore;
  site: string;
  folder: string;
  record(kind: "audit.exported", body: FleetBody<"audit.exported">): Promise<void>;
}) {
  return {
    schema: ExportRequest,
    role: "security-officer",
    weight: (): 1 | 2 => 2,
    summary: ({ format, from, to }: ExportRequest): string =>
      `Export the audit from ${new Date(from).toISOString()} to ${new Date(to).toISOString()} as ${format}.`,
    async execute(
      request: ExportRequest,
      { id, proposer }: { id: string; proposer: string },
    ): Promise<{ file: string; events: number }> {
      const { format, from, to } = request;
      await parts.record("audit.exported", { by: proposer, format: FAMILY[format], from, to });
      await mkdir(parts.folder, { recursive: true, mode: 0o700 });
      const file = join(parts.folder, `${id}.${format === "ndjson" ? "" : `${format}.`}ndjson`);
      const events = await write(`${file}.draft`, exportEvents({ store: parts.store, site: parts.site, ...request }));
      await rename(`${file}.draft`, file);
      return { file, events };
    },
  } as const;
}

async function write(path: string, lines: AsyncIterable<string>): Promise<number> {
  await rm(path, { force: true });
  const file = await open(path, "wx", 0o600);
  try {
    let events = 0;
    let waiting: string[] = [];
    for await (const line of lines) {
      waiting.push(line);
      events += 1;
      if (waiting.length < CHUNK_LINES) continue;
      await file.appendFile(waiting.join(""));
      waiting = [];
    }
    await file.appendFile(waiting.join(""));
    await file.sync();
    return events;
  } finally {
    await file.close();
  }
}
