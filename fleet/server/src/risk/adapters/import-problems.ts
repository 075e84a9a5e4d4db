import { type ProblemTitles, Refusal } from "../../platform/http/problem.js";
import { MOST_SOURCES } from "../app/importing.js";
import { MOST_VULNERABILITIES } from "../app/imports.js";
import { MOST_ASSETS, MOST_LINKS } from "../domain/inventory-book.js";
import { MOST_JSON_BYTES } from "./json-document.js";
import { TABLE_BOUNDS } from "./named-rows.js";

const said = (bound: number): string => bound.toLocaleString("en");

export const riskImportProblemTitles: ProblemTitles = {
  "cyclonedx-unreadable": "This is no CycloneDX document in JSON",
  "vulnerabilities-unreadable": "This is neither a list of vulnerabilities in JSON nor a CycloneDX document",
  "inventory-too-many-assets": `The file has more than ${said(MOST_ASSETS)} assets: nothing of it was taken. Leave out what neither matters nor leads to what does`,
  "inventory-too-many-links": `The file has more than ${said(MOST_LINKS)} connections: nothing of it was taken. Name a zone between assets that all reach each other`,
  "vulnerabilities-too-many": `The file has more than ${said(MOST_VULNERABILITIES)} vulnerabilities at assets: nothing of it was taken. Leave out the lowest scores`,
  "risk-sources-full": `There are as many imported sources as are kept, ${MOST_SOURCES}: remove one first`,
  "risk-source-unknown": "Nothing was imported under this name",
  "json-too-large": "The document is too large: send its inventory as CSV",
  "json-malformed": "The file is not JSON",
};

const MOST: Readonly<Partial<Record<string, number>>> = {
  "inventory-too-many-assets": MOST_ASSETS,
  "inventory-too-many-links": MOST_LINKS,
  "vulnerabilities-too-many": MOST_VULNERABILITIES,
  "risk-sources-full": MOST_SOURCES,
  "json-too-large": MOST_JSON_BYTES,
  "csv-too-large": TABLE_BOUNDS.mostBytes,
  "csv-too-many-rows": TABLE_BOUNDS.mostRows,
};

/** A file that was not taken; `most`: the bound that it broke, in what the code counts. */
export function importRefusal(code: string): Refusal {
  const most = MOST[code];
  return new Refusal(400, code, most === undefined ? {} : { most });
}
