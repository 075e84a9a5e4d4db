import { codeOf, WardkeyError } from "@wardkey/protocol";
import { z } from "zod";
import { assetsOfBom, CycloneDx, vulnerabilitiesOfBom } from "../domain/cyclonedx.js";
import {
  type Cells,
  type RowFault,
  readInventoryRow,
  readVulnerabilityRow,
  type VulnerabilityRow,
} from "../domain/import-row.js";
import { type Inventory, InventoryBook, larger, MOST_LINKS } from "../domain/inventory-book.js";
import type { KeptVulnerability } from "./ports.js";

/** Rows of a table as they come. */
export type Table = AsyncIterable<
  { readonly line: number; readonly cells: Cells } | { readonly line: number; readonly fault: "row-columns" }
>;

export interface ReadFile {
  readonly rows: number;
  readonly inventory: Inventory;
  readonly vulnerabilities: readonly KeptVulnerability[];
  /** Rows about a CVE that nobody here has: nothing of them is kept. */
  readonly unmatched: number;
  readonly faults: readonly RowFault[];
  readonly faultCount: number;
}
export type FileOutcome =
  | { readonly outcome: "read"; readonly file: ReadFile }
  | { readonly outcome: "refused"; readonly code: FileCode };
export type FileCode =
  | "inventory-too-many-assets"
  | "inventory-too-many-links"
  | "vulnerabilities-too-many"
  | "cyclonedx-unreadable"
  | "vulnerabilities-unreadable";

export const MOST_VULNERABILITIES = 100_000;
const MOST_FAULTS = 100;
const NO_INVENTORY: Inventory = { assets: [], links: [], duplicates: 0 };

/** An inventory as a table. */
export async function readInventory(table: Table): Promise<FileOutcome> {
  const book = new InventoryBook();
  for await (const each of table) {
    if ("fault" in each) {
      book.fault({ line: each.line, code: each.fault, field: null });
      continue;
    }
    const read = readInventoryRow(each.cells);
    if (!read.ok) {
      book.fault({ line: each.line, code: read.code, field: read.field });
      continue;
    }
    const code = book.add(each.line, read.row);
    if (code !== null) return { outcome: "refused", code };
  }
  return readOf(book, { inventory: book.inventory(), list: new VulnerabilityList(new Set()) });
}

/** Assets, what depends on what, and vulnerabilities of a CycloneDX document. */
export function readBom(document: unknown): FileOutcome {
  let parsed: CycloneDx;
  try {
    parsed = CycloneDx.parse(document);
  } catch (error) {
    // A document nested deeper than the stack is none either.
    if (error instanceof z.ZodError || error instanceof RangeError) {
      return { outcome: "refused", code: "cyclonedx-unreadable" };
    }
    throw error;
  }
  const book = new InventoryBook();
  const { rows, links } = assetsOfBom(parsed);
  for (const { line, row } of rows) {
    if (row === null) book.fault({ line, code: "row-form", field: null });
    else {
      const code = book.add(line, row);
      if (code !== null) return { outcome: "refused", code };
    }
  }
  if (links.length > MOST_LINKS) return { outcome: "refused", code: "inventory-too-many-links" };
  const list = new VulnerabilityList(new Set());
  for (const { line, cells } of vulnerabilitiesOfBom(parsed)) {
    const code = list.take(line, cells);
    if (code !== null) return { outcome: "refused", code };
  }
  return readOf(book, { inventory: book.inventory(links), list });
}

/** A list of CVEs as a table; `known`: CVEs of other sources, whose numbers a row without assets may say. */
export async function readVulnerabilities(table: Table, known: ReadonlySet<string>): Promise<FileOutcome> {
  const list = new VulnerabilityList(known);
  for await (const each of table) {
    if ("fault" in each) list.fault({ line: each.line, code: each.fault, field: null });
    else {
      const code = list.take(each.line, each.cells);
      if (code !== null) return { outcome: "refused", code };
    }
  }
  return readOf(new InventoryBook(), { inventory: NO_INVENTORY, list });
}

const Entry = z.object({
  cve: z.string().max(40),
  cvss: z.number().nullish(),
  epss: z.number().nullish(),
  assets: z.array(z.string().max(200)).max(1_000).nullish(),
});

/** The same as a list in JSON, or the vulnerabilities of a CycloneDX document. */
export async function readVulnerabilityDocument(document: unknown, known: ReadonlySet<string>): Promise<FileOutcome> {
  const bom = CycloneDx.safeParse(document);
  const cells = bom.success ? vulnerabilitiesOfBom(bom.data) : cellsOfList(document);
  if (cells === null) return { outcome: "refused", code: "vulnerabilities-unreadable" };
  return readVulnerabilities(tableOf(cells), known);
}

async function* tableOf(rows: readonly { line: number; cells: Cells }[]): Table {
  yield* rows;
}

function cellsOfList(document: unknown): { line: number; cells: Cells }[] | null {
  const list = z.array(z.unknown()).safeParse(document);
  if (!list.success) return null;
  return list.data.map((given, index) => {
    const entry = Entry.safeParse(given);
    if (!entry.success) return { line: index + 1, cells: {} };
    const { cve, cvss, epss, assets } = entry.data;
    const text = (value: number | null | undefined): string =>
      value === null || value === undefined ? "" : String(value);
    return { line: index + 1, cells: { cve, cvss: text(cvss), epss: text(epss), assets: (assets ?? []).join(";") } };
  });
}

/** A CVE at an asset counts once, with the larger numbers. */
class VulnerabilityList {
  readonly #known: ReadonlySet<string>;
  readonly #kept = new Map<string, KeptVulnerability>();
  readonly faults: RowFault[] = [];
  faultCount = 0;
  rows = 0;
  unmatched = 0;

  constructor(known: ReadonlySet<string>) {
    this.#known = known;
  }

  get kept(): readonly KeptVulnerability[] {
    return [...this.#kept.values()];
  }

  fault(fault: RowFault): void {
    this.rows += 1;
    this.faultCount += 1;
    if (this.faults.length < MOST_FAULTS) this.faults.push(fault);
  }

  take(line: number, cells: Cells): FileCode | null {
    const read = readVulnerabilityRow(cells);
    if (!read.ok) {
      this.fault({ line, code: read.code, field: read.field });
      return null;
    }
    this.rows += 1;
    const { cve, assets } = read.row;
    if (assets.length === 0 && !this.#known.has(cve)) {
      this.unmatched += 1;
      return null;
    }
    for (const at of assets.length === 0 ? [""] : assets) this.#keep(at, read.row);
    return this.#kept.size > MOST_VULNERABILITIES ? "vulnerabilities-too-many" : null;
  }

  #keep(at: string, { cve, cvss, epss }: VulnerabilityRow): void {
    const key = `${cve} ${at}`;
    const known = this.#kept.get(key);
    this.#kept.set(key, { at, cve, cvss: larger(known?.cvss ?? null, cvss), epss: larger(known?.epss ?? null, epss) });
  }
}

function readOf(
  book: InventoryBook,
  { inventory, list }: { inventory: Inventory; list: VulnerabilityList },
): FileOutcome {
  return {
    outcome: "read",
    file: {
      rows: book.rows + list.rows,
      inventory,
      vulnerabilities: list.kept,
      unmatched: list.unmatched,
      faults: [...book.faults, ...list.faults].slice(0, MOST_FAULTS),
      faultCount: book.faultCount + list.faultCount,
    },
  };
}

/** Codes with which reading a file ends before its rows are judged. */
export const isFileFault = (error: unknown): error is WardkeyError =>
  error instanceof WardkeyError && /^(csv|json)-/.test(codeOf(error));
