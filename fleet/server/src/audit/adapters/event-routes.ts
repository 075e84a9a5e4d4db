import { Readable } from "node:stream";
import { FLEET_CLIENT, type FleetBody, JournalEvent } from "@wardkey/protocol/fleet";
import { z } from "zod";
import { administratorOf } from "../../platform/http/access.js";
import type { ApiServer } from "../../platform/http/api-server.js";
import { csvLine } from "../../platform/http/csv-line.js";
import { Refusal } from "../../platform/http/problem.js";
import type { AuditStore, StoredEvent } from "../app/ports.js";
import {
  EVENT_SORTS,
  type EventMark,
  type EventQuery,
  isBounded,
  isFleetsOwn,
  kindsOf,
  readMark,
  writeMark,
} from "../domain/event-query.js";
import { archivedLine } from "../export/write-archive.js";

export const ListedEvent = z.strictObject({ leaf: z.number(), source: z.string(), ...JournalEvent.shape });

const Id = z.string().regex(/^[a-z0-9-]{1,63}$/);
const At = z.coerce.number().int().nonnegative().max(8_640_000_000_000_000);
const MOST_KINDS = 24;
const Filters = {
  /** Kinds or families, with commas: `session.unlocked,policy.*`. */
  kinds: z
    .string()
    .max(1_000)
    .regex(/^[a-z0-9-]+\.([a-z0-9-]+|\*)(,[a-z0-9-]+\.([a-z0-9-]+|\*))*$/)
    .optional(),
  source: Id.optional(),
  person: Id.optional(),
  from: At.optional(),
  to: At.optional(),
  sort: z.enum(EVENT_SORTS).default("at"),
  order: z.enum(["up", "down"]).default("down"),
} as const;
const SearchQuery = z.strictObject({
  ...Filters,
  after: z.string().max(128).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** Whether to count what matches, up to ten thousand. */
  count: z.enum(["true", "false"]).default("false"),
});
const ExportQuery = z.strictObject({ ...Filters, format: z.enum(["csv", "ndjson"]) });
const Counted = z.strictObject({ count: z.number(), isMore: z.boolean() });
const Page = z.strictObject({
  events: z.array(ListedEvent),
  /** What the next page begins after; `null` on the last. */
  next: z.string().nullable(),
  counted: Counted.nullable(),
});

const COUNT_MOST = 10_000;
/** What a person may take out of a list alone. All of a site's audit leaves it by two people's word (`audit.export`). */
const EXPORT_MOST = 50_000;
const EXPORT_PAGE = 1_000;

/** Searching the events of a site, and taking what was found along. Refuses with `sort-too-wide`, `export-too-wide`. */
export function eventRoutes(
  server: ApiServer,
  parts: {
    store: Pick<AuditStore, "search" | "count" | "entries">;
    now(): number;
    record(kind: "audit.exported", body: FleetBody<"audit.exported">): Promise<void>;
  },
): void {
  const { store } = parts;
  server.route({
    method: "GET",
    url: "/v1/events",
    schema: {
      tags: ["audit"],
      summary: "Search events by kind, source, person and time; sorted, by page",
      querystring: SearchQuery,
      response: { 200: Page },
    },
    config: { access: { role: "operator" } },
    handler: async ({ query: asked }) => {
      const query = queryOf(asked, { limit: asked.limit + 1, after: markOf(asked.after) });
      const found = await store.search(query);
      const events = found.slice(0, asked.limit);
      const last = events.at(-1);
      const count = asked.count === "true" ? await store.count(query, COUNT_MOST + 1) : null;
      return {
        events,
        next: found.length > events.length && last !== undefined ? writeMark(markAt(last, query)) : null,
        counted: count === null ? null : { count: Math.min(count, COUNT_MOST), isMore: count > COUNT_MOST },
      };
    },
  });
  server.route({
    method: "GET",
    url: "/v1/events/:leaf",
    schema: {
      tags: ["audit"],
      summary: "One event, by its place in the log",
      params: z.strictObject({
        leaf: z.coerce
          .number()
          .int()
          .nonnegative()
          .max(Number.MAX_SAFE_INTEGER - 1),
      }),
      response: { 200: ListedEvent },
    },
    config: { access: { role: "operator" } },
    handler: async ({ params: { leaf } }) => {
      const [event] = await store.entries(leaf, leaf + 1, 1);
      if (event === undefined) throw new Refusal(404, "event-unknown");
      return event;
    },
  });
  server.route({
    method: "GET",
    url: "/v1/events/export",
    schema: {
      tags: ["audit"],
      summary: "The events that a search finds, as a file: at most 50,000, and journaled",
      querystring: ExportQuery,
    },
    config: { access: { role: "security-officer" } },
    handler: async (request, reply) => {
      const { format } = request.query;
      const query = queryOf(request.query, { limit: EXPORT_PAGE, after: null });
      if ((await store.count(query, EXPORT_MOST + 1)) > EXPORT_MOST) throw new Refusal(409, "export-too-wide");
      const [from, to] = [query.from ?? 0, query.to ?? parts.now()];
      await parts.record("audit.exported", { by: administratorOf(request).id, format, from, to });
      return reply
        .type(format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson")
        .header("content-disposition", `attachment; filename="wardkey-events.${format}"`)
        .send(Readable.from(lines(store, query, format)));
    },
  });
}

function queryOf(
  asked: Omit<z.infer<typeof ExportQuery>, "format">,
  { limit, after }: { limit: number; after: EventMark | null },
): EventQuery {
  const { source, person, from, to, sort, order } = asked;
  const kinds = new Set(asked.kinds === undefined ? [] : asked.kinds.split(",").flatMap(knownKinds));
  if (asked.kinds?.includes("*") !== true && kinds.size > MOST_KINDS) throw new Refusal(400, "malformed");
  const query: EventQuery = {
    kinds: [...kinds].sort(),
    // What the fleet alone journals is found by its kind.
    source: source === FLEET_CLIENT && kinds.size > 0 && [...kinds].every(isFleetsOwn) ? null : (source ?? null),
    person: person ?? null,
    from: from ?? null,
    to: to ?? null,
    ...{ sort, order, after, limit },
  };
  if (!isBounded(query)) throw new Refusal(400, "sort-too-wide");
  return query;
}

function knownKinds(asked: string): readonly string[] {
  const kinds = kindsOf(asked);
  if (kinds === null) throw new Refusal(400, "event-kind-unknown");
  return kinds;
}

function markOf(text: string | undefined): EventMark | null {
  if (text === undefined) return null;
  const mark = readMark(text);
  if (mark === null) throw new Refusal(400, "malformed");
  return mark;
}

const markAt = (event: StoredEvent, { sort }: EventQuery): EventMark => ({
  key: sort === "at" ? "" : event[sort],
  at: event.at,
  leaf: event.leaf,
});

/** A page at a time; what arrives while it is written is not in it, beyond its bound least of all. */
async function* lines(
  store: Pick<AuditStore, "search">,
  query: EventQuery,
  format: "csv" | "ndjson",
): AsyncGenerator<string> {
  if (format === "csv") yield csvLine(["leaf", "time", "source", "seq", "kind", "body", "id", "hash"]);
  let after: EventMark | null = null;
  for (let written = 0; written < EXPORT_MOST; ) {
    const page: StoredEvent[] = await store.search({ ...query, after });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page.map((event) => (format === "csv" ? csvOf(event) : `${archivedLine(event)}\n`)).join("");
    written += page.length;
    after = markAt(last, query);
  }
}

const csvOf = ({ leaf, at, source, seq, kind, body, id, hash }: StoredEvent): string =>
  csvLine([leaf, new Date(at).toISOString(), source, seq, kind, JSON.stringify(body), id, hash]);
