import type { RowFault } from "../domain/import-row.js";
import type { FileCode, FileOutcome } from "./imports.js";
import type { ImportedSource, RiskStore } from "./ports.js";
import type { Risk } from "./risk.js";

/** What an import would do, or did. */
export interface ImportReport {
  readonly applied: boolean;
  readonly rows: number;
  readonly assets: number;
  readonly links: number;
  readonly vulnerabilities: number;
  readonly duplicates: number;
  readonly unmatched: number;
  readonly faultCount: number;
  readonly faults: readonly RowFault[];
  /** What this source said before, and would not any more. */
  readonly replaces: { readonly assets: number; readonly links: number; readonly vulnerabilities: number } | null;
}
export type ImportOutcome =
  | { readonly outcome: "reported"; readonly report: ImportReport }
  | { readonly outcome: "refused"; readonly code: FileCode | "risk-sources-full" };

export const MOST_SOURCES = 16;

/**
 * Takes a file that was read into force under the name of its source, all of it or nothing: with a fault in any row, or
 * where only a look was asked for, nothing changes.
 */
export async function importFile(
  parts: {
    store: RiskStore;
    risk: Risk;
    now(): number;
    newId(): string;
    record(kind: string, body: Record<string, string | number>): Promise<void>;
  },
  asked: { source: string; what: ImportedSource["what"]; by: string; dryRun: boolean; file: FileOutcome },
): Promise<ImportOutcome> {
  const { store, risk } = parts;
  const { source, what, by, file: read } = asked;
  if (read.outcome === "refused") return read;
  const { inventory, vulnerabilities, rows, ...told } = read.file;
  const known = (await store.sources()).filter((each) => each.source !== source);
  if (known.length >= MOST_SOURCES) return { outcome: "refused", code: "risk-sources-full" };
  const before = risk.sources.find((each) => each.source === source);
  const counts = {
    rows,
    assets: inventory.assets.length,
    links: inventory.links.length,
    vulnerabilities: vulnerabilities.length,
  };
  const applied = !asked.dryRun && told.faultCount === 0;
  if (applied) {
    await store.take(
      { source, what, import: parts.newId(), at: parts.now(), by, ...counts },
      { assets: inventory.assets, links: inventory.links, vulnerabilities },
    );
    await parts.record("risk.imported", { by, what, source, ...counts });
    await risk.redraw();
  }
  const replaces =
    before === undefined
      ? null
      : { assets: before.assets, links: before.links, vulnerabilities: before.vulnerabilities };
  return {
    outcome: "reported",
    report: { applied, ...counts, duplicates: inventory.duplicates, ...told, replaces },
  };
}

/** CVEs that any asset has. */
export const knownCves = (risk: Risk): ReadonlySet<string> =>
  new Set([...risk.picture.model.vulnerable().values()].flatMap((list) => list.map(({ cve }) => cve)));
