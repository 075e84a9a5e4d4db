import { ASSET_KINDS, type AssetKind } from "@wardkey/protocol/fleet";

/** One asset of an imported inventory, as written: `connects` names others of the same file, or devices of the fleet. */
export interface InventoryRow {
  readonly id: string;
  readonly kind: Exclude<AssetKind, "behaviour">;
  readonly name: string;
  readonly zone: string | null;
  /** 0 to 1. */
  readonly impact: number;
  readonly exposure: number;
  readonly connects: readonly string[];
}

/** One vulnerability at the assets that it names; none: it says numbers of a CVE that others name. */
export interface VulnerabilityRow {
  readonly cve: string;
  readonly cvss: number | null;
  readonly epss: number | null;
  readonly assets: readonly string[];
}

export interface RowFault {
  /** From 1; of JSON the number of the entry. */
  readonly line: number;
  readonly code: RowFaultCode;
  readonly field: string | null;
}
export type RowFaultCode =
  | "row-columns"
  | "row-form"
  | "asset-id"
  | "asset-kind"
  | "asset-kind-differs"
  | "asset-name"
  | "asset-zone"
  | "asset-impact"
  | "asset-exposure"
  | "asset-connects"
  | "cve-id"
  | "cve-cvss"
  | "cve-epss"
  | "cve-assets";
export type Read<T> =
  | { readonly ok: true; readonly row: T }
  | { readonly ok: false; readonly code: RowFaultCode; readonly field: string };

export type Cells = Readonly<Partial<Record<string, string>>>;

const LONGEST_ID = 200;
const LONGEST_NAME = 120;
const LONGEST_ZONE = 80;
const MOST_CONNECTS = 200;
/** No control or formatting characters: a name that turns the writing direction could pose as another. */
const PRINTED = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]*$/u;
const EXPOSURES: Readonly<Record<string, number>> = { none: 0, low: 0.02, medium: 0.1, high: 0.3, internet: 0.6 };

const printed = (text: string, longest: number): boolean => text.length <= longest && PRINTED.test(text);
/** Also what names an asset elsewhere: printed, not empty, without blanks at its ends. */
export const isAssetId = (id: string): boolean => id !== "" && id === id.trim() && printed(id, LONGEST_ID);

/** Reads `text` as a number within bounds; `undefined` when it is none. */
function numberIn(text: string, least: number, most: number): number | undefined {
  if (!/^\d{1,4}(\.\d{1,12})?([eE]-?\d{1,3})?$/.test(text)) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}

const wrong = (code: RowFaultCode, field: string): { ok: false; code: RowFaultCode; field: string } => ({
  ok: false,
  code,
  field,
});

/** Columns: id, kind, name, zone, impact (0 to 10), exposure (a word, or 0 to 1), connects (ids, with semicolons). */
export const INVENTORY_COLUMNS = ["id", "kind", "name", "zone", "impact", "exposure", "connects"] as const;

export function readInventoryRow(cells: Cells): Read<InventoryRow> {
  const cell = (name: (typeof INVENTORY_COLUMNS)[number]): string => (cells[name] ?? "").trim();
  const id = cell("id");
  if (!isAssetId(id)) return wrong("asset-id", "id");
  const kind = ASSET_KINDS.find((each) => each === cell("kind").toLowerCase());
  if (kind === undefined || kind === "behaviour") return wrong("asset-kind", "kind");
  const name = cell("name") === "" ? id.slice(0, LONGEST_NAME) : cell("name");
  if (!printed(name, LONGEST_NAME)) return wrong("asset-name", "name");
  if (!printed(cell("zone"), LONGEST_ZONE)) return wrong("asset-zone", "zone");
  const impact = cell("impact") === "" ? 0 : numberIn(cell("impact"), 0, 10);
  if (impact === undefined) return wrong("asset-impact", "impact");
  const word = cell("exposure").toLowerCase();
  const exposure = word === "" ? 0 : Object.hasOwn(EXPOSURES, word) ? EXPOSURES[word] : numberIn(word, 0, 1);
  if (exposure === undefined) return wrong("asset-exposure", "exposure");
  const connects = listOf(cell("connects"));
  if (connects === null) return wrong("asset-connects", "connects");
  const zone = cell("zone") === "" ? null : cell("zone");
  return { ok: true, row: { id, kind, name, zone, impact: impact / 10, exposure, connects } };
}

/** Columns: cve, cvss (0 to 10), epss (0 to 1), assets (ids, with semicolons). EPSS lists of FIRST have no assets. */
export const VULNERABILITY_COLUMNS = ["cve", "cvss", "epss", "assets"] as const;

export function readVulnerabilityRow(cells: Cells): Read<VulnerabilityRow> {
  const cell = (name: (typeof VULNERABILITY_COLUMNS)[number]): string => (cells[name] ?? "").trim();
  const cve = cell("cve").toUpperCase();
  if (!/^(CVE-\d{4}-\d{4,19}|GHSA(-[0-9A-Z]{4}){3})$/.test(cve)) return wrong("cve-id", "cve");
  const cvss = cell("cvss") === "" ? null : numberIn(cell("cvss"), 0, 10);
  if (cvss === undefined) return wrong("cve-cvss", "cvss");
  const epss = cell("epss") === "" ? null : numberIn(cell("epss"), 0, 1);
  if (epss === undefined) return wrong("cve-epss", "epss");
  const assets = listOf(cell("assets"));
  if (assets === null) return wrong("cve-assets", "assets");
  return { ok: true, row: { cve, cvss, epss, assets } };
}

function listOf(text: string): readonly string[] | null {
  if (text === "") return [];
  const list = [...new Set(text.split(";").map((each) => each.trim()))].filter((each) => each !== "");
  return list.length <= MOST_CONNECTS && list.every(isAssetId) ? list : null;
}
