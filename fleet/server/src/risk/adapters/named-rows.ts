import { csvRefusal, csvTable } from "../../platform/files/csv-table.js";
import { type Slicing, turns } from "../app/slices.js";

export type TableRow =
  | { readonly line: number; readonly cells: Readonly<Partial<Record<string, string>>> }
  | { readonly line: number; readonly fault: "row-columns" };

export const TABLE_BOUNDS = { mostBytes: 256 * 1024 * 1024, mostRows: 2_000_000, longestRow: 64 * 1024 } as const;

/**
 * The rows of a CSV file by the names of its columns, whatever case these are in; columns that nobody asks for are passed
 * over. Lines that begin with `#` are too, as EPSS lists have one. Whoever else waits for the event loop has a turn between
 * slices of rows. Throws the codes of `csvTable`, `csv-header-missing` and `csv-header-twice`.
 */
export async function* tableRows(
  file: AsyncIterable<Uint8Array>,
  { columns, needed, slicing }: { columns: readonly string[]; needed: readonly string[]; slicing: Slicing },
): AsyncGenerator<TableRow, void> {
  const columnsOf = (names: readonly string[]) => namesOf(names, columns, needed);
  const turn = turns(slicing);
  for await (const row of csvTable(file, { ...TABLE_BOUNDS, remarks: true, columnsOf })) {
    if (turn.isOver()) await turn.next();
    if ("fault" in row) {
      yield row;
      continue;
    }
    const cells: Partial<Record<string, string>> = {};
    for (const [index, name] of row.columns.entries()) if (name !== null) cells[name] = row.cells[index] ?? "";
    yield { line: row.line, cells };
  }
}

function namesOf(
  names: readonly string[],
  columns: readonly string[],
  needed: readonly string[],
): readonly (string | null)[] {
  const named = names.map((cell) => cell.trim().toLowerCase()).map((name) => (columns.includes(name) ? name : null));
  const known = named.filter((name) => name !== null);
  if (new Set(known).size !== known.length) throw csvRefusal("csv-header-twice", "two columns have one name");
  if (needed.some((name) => !known.includes(name))) {
    throw csvRefusal("csv-header-missing", `the first line names the columns, at least ${needed.join(" and ")}`);
  }
  return named;
}
