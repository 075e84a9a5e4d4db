import { assertNever } from "@wardkey/protocol";
import type { AuditStore, StoredEvent } from "../app/ports.js";
import { type FhirRelease, fhirOf } from "./fhir.js";
import { ocsfOf } from "./ocsf.js";
import { archivedLine } from "./write-archive.js";

export const EXPORT_FORMATS = ["ndjson", "ocsf", "fhir-r4", "fhir-r5"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const PAGE = 1_000;

/**
 * One line an event, in the order of the log, of those with `from <= at < to` by the clock of whoever wrote them. What
 * arrives after it began is not in it; memory stays the same however much there is.
 */
export async function* exportEvents(input: {
  store: AuditStore;
  site: string;
  format: ExportFormat;
  from: number;
  to: number;
}): AsyncGenerator<string> {
  const { store, format, site, from, to } = input;
  const { size } = await store.state();
  for (let next = 0; next < size; ) {
    const page = await store.entries(next, size, PAGE);
    const last = page.at(-1);
    if (last === undefined) return;
    for (const event of page) if (event.at >= from && event.at < to) yield `${lineOf(event, format, site)}\n`;
    next = last.leaf + 1;
  }
}

function lineOf(event: StoredEvent, format: ExportFormat, site: string): string {
  switch (format) {
    case "ndjson":
      return archivedLine(event);
    case "ocsf":
      return JSON.stringify(ocsfOf(event, site));
    case "fhir-r4":
    case "fhir-r5": {
      const release: FhirRelease = format === "fhir-r4" ? "R4" : "R5";
      return JSON.stringify(fhirOf(event, { site, release }));
    }
    default:
      return assertNever(format);
  }
}
