import { useMemo } from "react";
import type { Search } from "../shell/address.js";
import { useSearch } from "../shell/use-search.js";

export const LIMITS = [25, 50, 100, 200] as const;
export const USUAL_LIMIT = 50;
const LONGEST = 200;

/** What a list shows, as its address says it. */
export interface ListQuery {
  /** The filters that are set, by their keys. */
  readonly values: Search;
  readonly sort: string | null;
  readonly order: "asc" | "desc";
  /** How many rows are before this page; 0 in lists with a cursor. */
  readonly from: number;
  /** Where this page begins in a list with a cursor; the first page has none. */
  readonly after: string | null;
  readonly limit: number;
}

export interface ListState {
  readonly query: ListQuery;
  /** Sets filters; the list begins at its first row again. */
  readonly filter: (values: Search, options?: { replace?: boolean }) => void;
  readonly sortBy: (sort: string, order: ListQuery["order"]) => void;
  readonly goTo: (page: { from: number } | { after: string | null }) => void;
  readonly show: (limit: number) => void;
}

export interface ListOptions {
  /** Before the names in the address, where a page has two lists. */
  readonly name?: string;
  readonly filters: readonly { readonly key: string }[];
  readonly sort?: { readonly key: string; readonly order: ListQuery["order"] };
}

/** The state of a list lives in the address: a link shows the same rows to who gets it. */
export function useListState({ name, filters, sort }: ListOptions): ListState {
  const { search, change } = useSearch();
  const prefix = name === undefined ? "" : `${name}.`;
  const keys = filters.map(({ key }) => key).join(" ");
  return useMemo(() => {
    const named = (patch: Search): Search =>
      Object.fromEntries(Object.entries(patch).map(([key, value]) => [`${prefix}${key}`, value]));
    const query = queryIn(search, { prefix, keys: keys.split(" "), ...(sort === undefined ? {} : { sort }) });
    const first = { from: "", after: "" };
    return {
      query,
      filter: (values, options) => change(named({ ...values, ...first }), options),
      sortBy: (key, order) => change(named({ sort: key, order, ...first })),
      goTo: (page) =>
        change(named("after" in page ? { after: page.after ?? "" } : { from: page.from === 0 ? "" : `${page.from}` })),
      show: (limit) => change(named({ limit: limit === USUAL_LIMIT ? "" : `${limit}`, ...first })),
    };
  }, [search, change, prefix, keys, sort]);
}

/** Reads a list's state out of what anybody may have typed. */
export function queryIn(
  search: Search,
  about: { prefix: string; keys: readonly string[]; sort?: { key: string; order: ListQuery["order"] } },
): ListQuery {
  const read = (key: string): string | null => search[`${about.prefix}${key}`]?.slice(0, LONGEST) || null;
  const whole = (key: string): number => {
    const number = Number(read(key));
    return Number.isSafeInteger(number) && number > 0 ? number : 0;
  };
  const values = about.keys.flatMap((key): [string, string][] => {
    const value = read(key);
    return value === null ? [] : [[key, value]];
  });
  const order = read("order");
  return {
    values: Object.fromEntries(values),
    sort: read("sort") ?? about.sort?.key ?? null,
    order: order === "asc" || order === "desc" ? order : (about.sort?.order ?? "asc"),
    from: whole("from"),
    after: search[`${about.prefix}after`]?.slice(0, 512) || null,
    limit: LIMITS.find((each) => each === whole("limit")) ?? USUAL_LIMIT,
  };
}
