import { JournalEvent } from "@wardkey/protocol/fleet";
import { type Database, exclusively } from "../../platform/sql/database.js";
import type { AuditReads, AuditStore, AuditWrites, ChainBreak, StoredCheckpoint, StoredEvent } from "../app/ports.js";
import type { Head } from "../domain/ingest.js";
import { mentioned } from "../domain/mentioned.js";
import { countOf, FOUND, pageOf } from "./sql-event-search.js";

type EntryRow = {
  leaf: number;
  source: string;
  seq: number;
  id: string;
  at: number;
  kind: string;
  body: string;
  hash: string;
};
type StateRow = { id: number; size: number; peaks: Buffer };
type TileRow = { level: number; index: number; hashes: Buffer };
type MarkRow = { kiosk: string; seq: number; hash: string };
type AlarmRow = { source: string; code: string; seq: number; at: number };
type TreeHeadRow = { size: number; root: string; at: number; jws: string };
type CheckpointRow = Omit<StoredCheckpoint, "issuedAt"> & { issued_at: number };

/** Rows of one statement: below every limit on parameters. */
const ROWS = 200;
/** Sources or sequences of one question. */
const MANY = 400;

/** The audit's tables on SQLite or PostgreSQL. */
export function createSqlAuditStore(database: Database): AuditStore {
  return {
    ...reads(database),
    exclusively: (work) =>
      exclusively(database, "audit-log", (transaction) => work({ ...reads(transaction), ...writes(transaction) })),
    async marks() {
      const rows = await database<MarkRow>("journal_heads").select("kiosk", "seq", "hash").orderBy("kiosk");
      return new Map(rows.map(({ kiosk, seq, hash }) => [kiosk, { seq, hash }]));
    },
    async list({ limit, before, source }) {
      const rows = await database<EntryRow>("journal_entries")
        .select(...FOUND)
        .where((where) => {
          if (before !== null) where.andWhere("leaf", "<", before);
          if (source !== null) where.andWhere({ source });
        })
        .orderBy(source === null ? "leaf" : "seq", "desc")
        .limit(limit);
      return rows.map(eventOf);
    },
    async search(query) {
      const rows: EntryRow[] = await pageOf(database, query);
      return rows.map(eventOf);
    },
    async count(query, most) {
      const [row]: { count: number }[] = await countOf(database, query, most);
      return Number(row?.count ?? 0);
    },
    async alarms(limit) {
      return database<AlarmRow>("audit_alarms").orderBy("at", "desc").limit(limit);
    },
    async checkpoints(afterDevice, afterId, limit) {
      const rows = await database<CheckpointRow>("checkpoints")
        .where("device", ">", afterDevice)
        .orWhere((same) => same.where("device", afterDevice).andWhere("id", ">", afterId))
        .orderBy(["device", "id"])
        .limit(limit);
      return rows.map(({ issued_at, ...row }) => ({ ...row, issuedAt: issued_at }));
    },
    async treeHeads(afterSize, limit) {
      return database<TreeHeadRow>("tree_heads").where("size", ">", afterSize).orderBy("size").limit(limit);
    },
    async newestTreeHead() {
      return (await database<TreeHeadRow>("tree_heads").orderBy("size", "desc").first()) ?? null;
    },
    async keepTreeHead(head) {
      await database<TreeHeadRow>("tree_heads").insert(head).onConflict("size").ignore();
    },
  };
}

function reads(within: Database): AuditReads {
  return {
    async state() {
      const row = await within<StateRow>("log_state").where({ id: 1 }).first();
      return row === undefined ? { size: 0, peaks: new Uint8Array() } : { size: row.size, peaks: row.peaks };
    },
    async tile(level, index) {
      return (await within<TileRow>("log_tiles").where({ level, index }).first())?.hashes ?? null;
    },
    async entries(from, to, limit) {
      const rows = await within<EntryRow>("journal_entries")
        .select(...FOUND)
        .where("leaf", ">=", from)
        .andWhere("leaf", "<", to)
        .orderBy("leaf")
        .limit(limit);
      return rows.map(eventOf);
    },
    async heads(sources) {
      const heads = new Map<string, Head>();
      for (const some of inPieces(sources, MANY)) {
        // From the marks on there are few entries: a chain's newest is found without reading all of it.
        for (const { source, seq, hash } of await behindMarks(within, some))
          if (seq > (heads.get(source)?.seq ?? 0)) heads.set(source, { seq, hash });
        const unmarked = some.filter((source) => !heads.has(source));
        for (const { source, seq, hash } of await newestOf(within, unmarked)) heads.set(source, { seq, hash });
      }
      return heads;
    },
    async held(source, seqs, ids) {
      const found = await Promise.all(
        [...inPieces(seqs, MANY)]
          .map((some) =>
            within<EntryRow>("journal_entries").select("seq", "id", "hash").where({ source }).whereIn("seq", some),
          )
          .concat(
            [...inPieces(ids, MANY)].map((some) =>
              within<EntryRow>("journal_entries").select("seq", "id", "hash").where({ source }).whereIn("id", some),
            ),
          ),
      );
      return found.flat();
    },
    async breaks(sources) {
      const breaks = new Map<string, ChainBreak>();
      for (const some of inPieces(sources, MANY)) {
        const rows = await within<AlarmRow>("audit_alarms")
          .whereIn("source", some)
          .orderBy([
            { column: "at", order: "desc" },
            { column: "seq", order: "desc" },
          ]);
        // The first break is the one that a person has to look into.
        for (const { source, code, seq, at } of rows) breaks.set(source, { code, seq, at });
      }
      return breaks;
    },
    async newestCheckpoint(device) {
      const row = await within<CheckpointRow>("checkpoints").where({ device }).orderBy("issued_at", "desc").first();
      return row === undefined ? null : { seq: row.seq, issuedAt: row.issued_at };
    },
  };
}

type HeadRow = Pick<EntryRow, "source" | "seq" | "hash">;

async function behindMarks(within: Database, sources: readonly string[]): Promise<HeadRow[]> {
  return within<MarkRow>("journal_heads")
    .join("journal_entries as entry", (on) =>
      on.on("entry.source", "journal_heads.kiosk").andOn("entry.seq", ">=", "journal_heads.seq"),
    )
    .whereIn("journal_heads.kiosk", sources)
    .select<HeadRow[]>("entry.source", "entry.seq", "entry.hash");
}

/** For chains without a mark, or cut before it. */
async function newestOf(within: Database, sources: readonly string[]): Promise<HeadRow[]> {
  if (sources.length === 0) return [];
  const newest = within<EntryRow>("journal_entries")
    .select("source")
    .max("seq as seq")
    .whereIn("source", sources)
    .groupBy("source")
    .as("newest");
  return within<EntryRow>("journal_entries as entry")
    .join(newest, (on) => on.on("newest.source", "entry.source").andOn("newest.seq", "entry.seq"))
    .select<HeadRow[]>("entry.source", "entry.seq", "entry.hash");
}

function writes(transaction: Database): Omit<AuditWrites, keyof AuditReads> {
  return {
    async insert(entries) {
      for (const some of inPieces(entries, ROWS)) {
        const values = some.flatMap(({ leaf, source, seq, id, at, kind, body, hash }) => [
          ...[leaf, source, seq, id, at, kind, JSON.stringify(body), hash],
        ]);
        await transaction.raw(insertOf(some.length), values);
      }
      const mentions = entries.flatMap(({ leaf, at, body }) => mentioned(body).map((person) => [person, at, leaf]));
      for (const some of inPieces(mentions, ROWS)) {
        const rows = Array(some.length).fill("(?, ?, ?)").join(", ");
        await transaction.raw(`insert into event_people (person, at, leaf) values ${rows}`, some.flat());
      }
    },
    async grow({ size, peaks }, tiles) {
      for (const { level, index, hashes } of tiles) {
        await transaction<TileRow>("log_tiles").insert({ level, index, hashes: Buffer.from(hashes) });
      }
      const row = { id: 1, size, peaks: Buffer.from(peaks) };
      await transaction<StateRow>("log_state").insert(row).onConflict("id").merge(["size", "peaks"]);
    },
    async mark(heads) {
      for (const some of inPieces([...heads], ROWS)) {
        const rows = some.map(([kiosk, { seq, hash }]) => ({ kiosk, seq, hash }));
        await transaction<MarkRow>("journal_heads").insert(rows).onConflict("kiosk").merge(["seq", "hash"]);
      }
    },
    async recordBreak(source, broken) {
      const known = await transaction<AlarmRow>("audit_alarms").where({ source, code: broken.code }).first();
      if (known !== undefined) return false;
      await transaction<AlarmRow>("audit_alarms").insert({ source, ...broken });
      return true;
    },
    async keepCheckpoint({ issuedAt, ...checkpoint }) {
      const row = { ...checkpoint, issued_at: issuedAt };
      await transaction<CheckpointRow>("checkpoints").insert(row).onConflict(["device", "id"]).ignore();
    },
  };
}

/** Written out: a builder's statement of so many values takes longer to make than to run. */
function insertOf(rows: number): string {
  const row = "(?, ?, ?, ?, ?, ?, ?, ?)";
  return `insert into journal_entries (leaf, source, seq, id, at, kind, body, hash) values ${Array(rows).fill(row).join(", ")}`;
}

function* inPieces<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}

function eventOf({ body, ...row }: EntryRow): StoredEvent {
  return { ...row, body: JournalEvent.shape.body.parse(JSON.parse(body)) };
}
