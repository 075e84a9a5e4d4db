import { open } from "node:fs/promises";
import { WardkeyError } from "@wardkey/protocol";
import { JournalEvent } from "@wardkey/protocol/fleet";
import type { ChainHead, JournalEntry } from "@wardkey/protocol/fleet/journal-hash";
import { EMPTY_CHAIN, followsChain, journalHash } from "@wardkey/protocol/fleet/journal-hash";
import knex, { type Knex } from "knex";

interface Row {
  readonly seq: number;
  readonly id: string;
  readonly at: number;
  readonly kind: string;
  readonly body: string;
  readonly hash: Buffer;
}

/** An entry before it has its place in the chain. */
export type Draft = Omit<JournalEntry, "seq">;

export type ChainCheck =
  | { readonly ok: true; readonly events: number }
  | {
      readonly ok: false;
      readonly code: "journal-gap" | "journal-regression" | "journal-hash-mismatch" | "journal-malformed";
      readonly seq: number;
    };

const SCHEMA_VERSION = 1;

/** Nothing rewrites or removes an entry through this connection; whoever goes round it breaks the chain. */
const schema = [
  "CREATE TABLE entries (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, hash BLOB NOT NULL)",
  "CREATE TABLE cursors (name TEXT PRIMARY KEY, seq INTEGER NOT NULL)",
  "CREATE TRIGGER entries_stay BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END",
  "CREATE TRIGGER entries_remain BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END",
  "INSERT INTO cursors (name, seq) VALUES ('outbox', 0)",
];

/**
 * The journal's file: SQLite in WAL mode with `synchronous = FULL`, so that a commit is on the disk when it returns
 * (https://www.sqlite.org/pragma.html#pragma_synchronous). One connection; every write is one transaction.
 */
export class JournalStore {
  readonly #db: Knex;

  private constructor(db: Knex) {
    this.#db = db;
  }

  /** Opens or creates; throws SQLite's own codes, or `journal-schema-unknown` for a file of a later version. */
  static async open(input: { file: string; maxPages?: number }): Promise<JournalStore> {
    // Made here, so that it and the files that SQLite puts beside it are for their owner alone.
    await (await open(input.file, "a", 0o600)).close();
    const db = knex({
      client: "sqlite3",
      connection: { filename: input.file },
      useNullAsDefault: true,
      pool: { min: 1, max: 1 },
      acquireConnectionTimeout: 5_000,
    });
    try {
      await db.raw("PRAGMA journal_mode = WAL");
      await db.raw("PRAGMA synchronous = FULL");
      await db.raw("PRAGMA busy_timeout = 2000");
      const [found] = await db.raw<{ user_version: number }[]>("PRAGMA user_version");
      if (found?.user_version === 0) {
        await db.transaction(async (tx) => {
          for (const statement of schema) await tx.raw(statement);
          await tx.raw(`PRAGMA user_version = ${SCHEMA_VERSION}`);
        });
      } else if (found?.user_version !== SCHEMA_VERSION) {
        throw new WardkeyError("journal-schema-unknown", "the journal was written by a later version");
      }
      const store = new JournalStore(db);
      if (input.maxPages !== undefined) await store.resize(input.maxPages);
      return store;
    } catch (error) {
      await db.destroy();
      throw error;
    }
  }

  /** The newest entry's sequence and hash. */
  async head(): Promise<ChainHead> {
    const row = await this.#db<Row>("entries").orderBy("seq", "desc").first("seq", "hash");
    return row === undefined ? EMPTY_CHAIN : { seq: row.seq, hash: new Uint8Array(row.hash) };
  }

  /**
   * Appends all or none; what it answers is on the disk. One statement, so that it is its own transaction: a failure
   * keeps SQLite's code, which a failing rollback would hide. Another writer in between would break the primary key.
   */
  async append(drafts: readonly Draft[]): Promise<readonly JournalEvent[]> {
    let head = await this.head();
    const chained = drafts.map((draft) => {
      const entry: JournalEntry = { seq: head.seq + 1, ...draft };
      const hash = journalHash(head.hash, entry);
      head = { seq: entry.seq, hash };
      return { entry, hash };
    });
    const events = chained.map(({ entry, hash }) => ({ ...entry, hash: Buffer.from(hash).toString("base64url") }));
    await this.insert(events);
    return events;
  }

  /** Entries that already have their place in the chain, all or none. */
  async insert(events: readonly JournalEvent[]): Promise<void> {
    const rows = events.map((event) => ({
      ...event,
      body: JSON.stringify(event.body),
      hash: Buffer.from(event.hash, "base64url"),
    }));
    await this.#db<Row>("entries").insert(rows);
  }

  async after(seq: number, limit: number): Promise<readonly JournalEvent[]> {
    const rows = await this.#db<Row>("entries").where("seq", ">", seq).orderBy("seq").limit(limit);
    return rows.map(toEvent);
  }

  /** The newest entry of one of these kinds. */
  async latest(kinds: readonly string[]): Promise<JournalEvent | null> {
    const row = await this.#db<Row>("entries").whereIn("kind", kinds).orderBy("seq", "desc").first();
    return row === undefined ? null : toEvent(row);
  }

  /** Every entry of one kind, oldest first. */
  async ofKind(kind: string): Promise<readonly JournalEvent[]> {
    return (await this.#db<Row>("entries").where({ kind }).orderBy("seq")).map(toEvent);
  }

  async outbox(): Promise<number> {
    const row = await this.#db<{ name: string; seq: number }>("cursors").where({ name: "outbox" }).first("seq");
    return row?.seq ?? 0;
  }

  /** Moves the outbox's cursor; it never goes back. */
  async acknowledge(seq: number): Promise<void> {
    await this.#db("cursors").where({ name: "outbox" }).andWhere("seq", "<", seq).update({ seq });
  }

  /** Sets the cursor back: the site lost what it had acknowledged after `seq`. */
  async rewind(seq: number): Promise<void> {
    await this.#db("cursors").where({ name: "outbox" }).andWhere("seq", ">", seq).update({ seq });
  }

  /** Recomputes the chain from the entry after `from` on. */
  async verify(from = 0): Promise<ChainCheck> {
    let head: ChainHead = EMPTY_CHAIN;
    if (from > 0) {
      const row = await this.#db<Row>("entries").where({ seq: from }).first();
      if (row === undefined) return { ok: false, code: "journal-gap", seq: from };
      head = { seq: row.seq, hash: new Uint8Array(row.hash) };
    }
    let events = 0;
    for (;;) {
      const rows = await this.#db<Row>("entries").where("seq", ">", head.seq).orderBy("seq").limit(1_000);
      if (rows.length === 0) return { ok: true, events };
      for (const row of rows) {
        const event = parseRow(row);
        if (event === null) return { ok: false, code: "journal-malformed", seq: row.seq };
        const next = followsChain(head, event);
        if (!next.ok) return { ok: false, code: next.code, seq: next.seq };
        head = next.head;
        events++;
      }
    }
  }

  /** Sets the largest size of the file, in SQLite pages. */
  async resize(maxPages: number): Promise<void> {
    await this.#db.raw(`PRAGMA max_page_count = ${Math.max(1, Math.floor(maxPages))}`);
  }

  async close(): Promise<void> {
    await this.#db.destroy();
  }
}

function parseRow(row: Row): JournalEvent | null {
  try {
    return toEvent(row);
  } catch {
    return null;
  }
}

function toEvent({ seq, id, at, kind, body, hash }: Row): JournalEvent {
  return JournalEvent.parse({
    seq,
    id,
    at,
    kind,
    body: JSON.parse(body),
    hash: Buffer.from(hash).toString("base64url"),
  });
}
