import { type CsvDelimiter, csvRefusal, csvTable } from "../../platform/files/csv-table.js";
import type { RowSource } from "../app/imports.js";
import { IMPORT_FIELDS, type ImportField } from "../domain/import-row.js";

const BOUNDS = { mostBytes: 32 * 1024 * 1024, mostRows: 50_000, longestRow: 16 * 1024 } as const;

export type CsvOptions = {
  /** Which column holds which field; a field without a column stays empty. By default the fields' own names. */
  columns?: Partial<Record<ImportField, string>> | undefined;
  /** By default the one that the first line has most of. */
  delimiter?: CsvDelimiter | undefined;
};

/**
 * The people of a CSV file. Throws the codes of `csvTable`, `csv-header-missing` and `csv-header-twice`; a row with too few
 * or too many cells is a fault of its own.
 */
export async function* csvRows(file: AsyncIterable<Uint8Array>, { columns, delimiter }: CsvOptions = {}): RowSource {
  const columnsOf = (names: readonly string[]) => fieldsOf(names, columns);
  for await (const row of csvTable(file, { ...BOUNDS, delimiter, columnsOf })) {
    if ("fault" in row) yield { fault: { line: row.line, code: row.fault, field: null } };
    else yield { line: row.line, cells: cellsOf(row.cells, row.columns) };
  }
}

function fieldsOf(cells: readonly string[], columns: CsvOptions["columns"]): ReadonlyMap<ImportField, number> {
  const named = cells.map((cell) => cell.trim());
  const fields = new Map<ImportField, number>();
  for (const field of IMPORT_FIELDS) {
    const wanted = columns === undefined ? field : columns[field];
    if (wanted === undefined) continue;
    const at = named.indexOf(wanted);
    if (at !== named.lastIndexOf(wanted)) throw csvRefusal("csv-header-twice", "two columns have one name");
    if (at >= 0) fields.set(field, at);
    else if (columns !== undefined) throw csvRefusal("csv-header-missing", "a mapped column is not in the file");
  }
  if (!fields.has("hrId") || !fields.has("givenName")) {
    throw csvRefusal("csv-header-missing", "the columns of personnel number and given name are needed");
  }
  return fields;
}

const cellsOf = (
  cells: readonly string[],
  fields: ReadonlyMap<ImportField, number>,
): Partial<Record<ImportField, string>> =>
  Object.fromEntries([...fields].map(([field, at]) => [field, cells[at] ?? ""]));
