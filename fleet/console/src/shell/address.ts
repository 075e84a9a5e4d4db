/** What stands after the `?` of an address: text alone, as it may be typed or sent by anybody. */
export type Search = Readonly<Record<string, string>>;

export const readSearch = (text: string): Search => Object.fromEntries(new URLSearchParams(text));

/** An address's own order, without what is empty: the same view has the same address. */
export function writeSearch(search: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(search).flatMap(([name, value]): [string, string][] =>
    value === undefined || value === null || value === "" ? [] : [[name, String(value)]],
  );
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`;
}

/** The link to a place: `addressOf("/devices", { ward: "3B" })` is `#/devices?ward=3B`. */
export const addressOf = (path: string, search: Readonly<Record<string, string | number>> = {}): string =>
  `#${path}${writeSearch(search)}`;

/** The link to one thing of a place; its name may hold any sign. */
export const addressOfOne = (path: string, id: string): string => `#${path}/${encodeURIComponent(id)}`;
