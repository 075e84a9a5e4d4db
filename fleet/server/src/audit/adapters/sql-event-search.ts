import type { Database } from "../../platform/sql/database.js";
import type { EventQuery } from "../domain/event-query.js";

/** A row of what is searched: of `journal_entries`, by way of `event_people` when a person is asked for. */
export const FOUND = ["leaf", "source", "seq", "id", "at", "kind", "body", "hash"] as const;
type Rows = ReturnType<Database["queryBuilder"]>;

/**
 * The query for a page: one walk along an index, or one for each kind, joined. Its order is total (time, then place in
 * the log), so that a page begins where the one before ended whatever arrives meanwhile.
 */
export function pageOf(database: Database, query: EventQuery): Rows {
  const { kinds, person, source, limit } = query;
  if (kinds.length <= 1 || person !== null || source !== null) return inOrder(matching(database, query), query);
  // One walk along (kind, at) finds one kind in order; several, as many walks, each as long as the page at most.
  const walks = kinds
    .filter((kind) => !isBehind(kind, query))
    .map((kind) => {
      const rows = inOrder(matching(database, { ...query, kinds: [kind] }), query);
      return database.select("*").from(rows.as("walk"));
    });
  const [first, ...others] = walks;
  if (first === undefined) return inOrder(matching(database, query), { ...query, limit: 0 });
  const joined = first.unionAll(others).as("entry");
  return sorted(database.select(...FOUND).from(joined), query).limit(limit);
}

/** How many match, counted up to `most`. */
export function countOf(database: Database, query: EventQuery, most: number): Rows {
  const rows = matching(database, { ...query, after: null })
    .clearSelect()
    .select(database.raw("1 as one"))
    .limit(most);
  return database.count("* as count").from(rows.as("some"));
}

function matching(database: Database, query: EventQuery): Rows {
  const { kinds, source, person, from, to } = query;
  const rows = database.select(FOUND.map((column) => `entry.${column}`));
  if (person === null) rows.from("journal_entries as entry");
  else {
    rows.from("event_people as mention").join("journal_entries as entry", "entry.leaf", "mention.leaf");
    rows.where("mention.person", person);
  }
  const at = person === null ? "entry.at" : "mention.at";
  if (kinds.length === 1 && person === null && source === null) rows.where("entry.kind", kinds[0] ?? "");
  else if (person === null && source === null && kinds.length > 1) rows.whereIn("entry.kind", [...kinds]);
  else if (kinds.length > 0) aside(rows, "entry.kind", kinds);
  if (source !== null && person === null) rows.where("entry.source", source);
  else if (source !== null) aside(rows, "entry.source", [source]);
  if (from !== null) rows.where(at, ">=", from);
  if (to !== null) rows.where(at, "<", to);
  afterMark(rows, query);
  return rows;
}

/** A condition that chooses no index: without statistics SQLite might walk all of a kind in search of one device's. */
const aside = (rows: Rows, column: string, values: readonly string[]): Rows =>
  rows.whereRaw(`coalesce(??, '') in (${values.map(() => "?").join(", ")})`, [column, ...values]);

/** Where a walk goes on (SQLite and PostgreSQL compare rows of values along an index). */
function afterMark(rows: Rows, { after, sort, order, kinds, source, person }: EventQuery): void {
  if (after === null) return;
  const beyond = order === "up" ? ">" : "<";
  const { key, at, leaf } = after;
  const time = person === null ? "entry.at" : "mention.at";
  const place = person === null ? "entry.leaf" : "mention.leaf";
  const isFixed = sort === "at" || (sort === "kind" ? kinds.length === 1 : source !== null);
  if (isFixed) {
    if (sort === "at" || key === (sort === "kind" ? kinds[0] : source)) {
      rows.whereRaw(`(??, ??) ${beyond} (?, ?)`, [time, place, at, leaf]);
    }
    return;
  }
  rows.whereRaw(`(??, ??, ??) ${beyond} (?, ?, ?)`, [`entry.${sort}`, time, place, key, at, leaf]);
}

/** In a listing by kind: a kind that the pages before have passed. */
function isBehind(kind: string, { sort, order, after }: EventQuery): boolean {
  if (sort !== "kind" || after === null || kind === after.key) return false;
  return order === "up" ? kind < after.key : kind > after.key;
}

const inOrder = (rows: Rows, query: EventQuery): Rows => {
  const [time, place] = query.person === null ? ["entry.at", "entry.leaf"] : ["mention.at", "mention.leaf"];
  const direction = query.order === "up" ? "asc" : "desc";
  const columns = query.sort === "at" ? [time, place] : [`entry.${query.sort}`, time, place];
  return rows.orderBy(columns.map((column) => ({ column, order: direction }))).limit(query.limit);
};

const sorted = (rows: Rows, { sort, order }: EventQuery): Rows => {
  const direction = order === "up" ? "asc" : "desc";
  const columns = sort === "at" ? ["at", "leaf"] : [sort, "at", "leaf"];
  return rows.orderBy(columns.map((column) => ({ column, order: direction })));
};
