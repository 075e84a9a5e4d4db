import type { z } from "zod";
import { ask } from "../api/ask.js";
import { writeSearch } from "../shell/address.js";
import type { Topic } from "../shell/use-answer.js";
import type { ListQuery } from "./list-query.js";

export interface ListPage<Row> {
  readonly rows: readonly Row[];
  /** How many rows match in all, where the site counts them. */
  readonly total: number | null;
  /** Where the next page begins, in a list with a cursor. */
  readonly next: string | null;
}

/** Where a list's rows come from, a page at a time. */
export interface ListSource<Row> {
  readonly topic: Topic;
  /** What tells this source's questions from another's. */
  readonly key: string;
  readonly paging: "offset" | "cursor";
  page(query: ListQuery, signal?: AbortSignal): Promise<ListPage<Row>>;
}

/**
 * Rows of the site at `path`. It is asked with the filters by their keys, `sort`, `order`, `limit` and `from` (or `after`,
 * with a cursor); `order` is `up` or `down`; `search` changes that for a route that names them otherwise.
 */
export function siteSource<Row, T extends z.ZodType>(source: {
  readonly topic: Topic;
  readonly path: string;
  readonly answer: T;
  readonly paging: "offset" | "cursor";
  readonly read: (answer: z.infer<T>) => ListPage<Row>;
  readonly search?: (query: ListQuery) => Readonly<Record<string, string | number | null>>;
}): ListSource<Row> {
  const { topic, path, answer, paging, read, search = (query) => usualSearch(query, paging) } = source;
  return {
    topic,
    key: path,
    paging,
    page: async (query, signal) => {
      const asked = `${path}${writeSearch(search(query))}`;
      return read(await ask({ path: asked, answer, ...(signal === undefined ? {} : { signal }) }));
    },
  };
}

/** The site's own words for it. */
const WAYS = { asc: "up", desc: "down" } as const;

export const usualSearch = (
  { values, sort, order, from, after, limit }: ListQuery,
  paging: "offset" | "cursor",
): Readonly<Record<string, string | number | null>> => ({
  ...values,
  sort,
  order: sort === null ? null : WAYS[order],
  limit,
  ...(paging === "offset" ? { from: from === 0 ? null : from } : { after }),
});

const MOST_EXPORTED = 20_000;
const AT_ONCE = 200;

/** Every row that matches, page by page, up to 20,000: `more` tells that there were others. */
export async function everyRow<Row>(
  source: ListSource<Row>,
  query: ListQuery,
  onRows: (count: number) => void,
): Promise<{ rows: Row[]; more: boolean }> {
  const rows: Row[] = [];
  let page: ListQuery = { ...query, from: 0, after: null, limit: AT_ONCE };
  for (;;) {
    const { rows: found, next, total } = await source.page(page);
    rows.push(...found);
    onRows(rows.length);
    const ended =
      found.length === 0 ||
      (source.paging === "cursor" ? next === null : rows.length >= (total ?? Number.POSITIVE_INFINITY));
    if (ended) return { rows, more: false };
    if (rows.length >= MOST_EXPORTED) return { rows, more: true };
    page = source.paging === "cursor" ? { ...page, after: next } : { ...page, from: rows.length };
  }
}
