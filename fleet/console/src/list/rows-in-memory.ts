import type { Search } from "../shell/address.js";
import type { ListColumn } from "./list-parts.js";
import type { ListQuery } from "./list-query.js";
import type { ListPage } from "./list-source.js";

export interface RowRules<Row> {
  /** Whether a row is shown under these filters. Give the same function at every drawing. */
  readonly matches: (row: Row, values: Search) => boolean;
  /** What a row is sorted by under a column's `sort`. */
  readonly sortValue: (row: Row, sort: string) => string | number;
}

/**
 * The rules that a list's columns make by themselves: `search` is looked for in every column's text, any other filter must
 * be the whole text of the column of its name, and a column is sorted by its `value`, else by its text.
 */
export const rulesOf = <Row>(columns: readonly ListColumn<Row>[]): RowRules<Row> => ({
  matches: (row, values) =>
    Object.entries(values).every(([key, wanted]) =>
      key === "search"
        ? holdsWords(
            columns.map(({ text }) => text?.(row) ?? null),
            wanted,
          )
        : columns.find((column) => column.key === key)?.text?.(row) === wanted,
    ),
  sortValue: (row, sort) => {
    const column = columns.find((each) => each.sort === sort);
    return (column?.value ?? column?.text)?.(row) ?? "";
  },
});

export function rowsThatMatch<Row>(rows: readonly Row[], query: ListQuery, rules: RowRules<Row>): readonly Row[] {
  const { values, sort, order } = query;
  const found = rows.filter((row) => rules.matches(row, values));
  if (sort === null) return found;
  const way = order === "asc" ? 1 : -1;
  return found.sort((a, b) => way * compared(rules.sortValue(a, sort), rules.sortValue(b, sort)));
}

export const pageOfRows = <Row>(rows: readonly Row[], { from, limit }: ListQuery): ListPage<Row> => ({
  rows: rows.slice(from, from + limit),
  total: rows.length,
  next: null,
});

const compared = (a: string | number, b: string | number): number =>
  typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));

/** Whether any of `texts` holds the words that were typed, whatever their case. */
export const holdsWords = (texts: readonly (string | null)[], typed: string | undefined): boolean =>
  typed === undefined || texts.some((text) => text?.toLocaleLowerCase().includes(typed.toLocaleLowerCase()) === true);
