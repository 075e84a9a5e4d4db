import { JournalEvent } from "@wardkey/protocol/fleet";
import { type ChainHead, EMPTY_CHAIN } from "@wardkey/protocol/fleet/journal-hash";
import type { Database, Migration } from "../../platform/sql/database.js";
import type { ChainBreak, JournalStore, StoredEvent } from "../app/audit.js";
import type { HeldEntry } from "../domain/ingest.js";

export const auditMigrations: readonly Migration[] = [
  {
    name: "audit-1-journal",
    async up(database) {
      await database.schema.createTable("journal_entries", (table) => {
        table.string("kiosk", 63).notNullable();
        table.integer("seq").notNullable();
        table.string("id", 36).notNullable();
        table.bigInteger("at").notNullable();
        table.string("kind", 64).notNullable();
        table.text("body").notNullable();
        table.string("hash", 43).notNullable();
        table.increments("arrival");
        table.unique(["kiosk", "seq"]);
        table.unique(["kiosk", "id"]);
      });
      await database.schema.createTable("journal_heads", (table) => {
        table.string("kiosk", 63).primary();
        table.integer("seq").notNullable();
        table.string("hash", 43).notNullable();
        table.string("broken_code", 64);
        table.integer("broken_seq");
        table.bigInteger("broken_at");
      });
    },
  },
];

type EntryRow = { kiosk: string; seq: number; id: string; at: number; kind: string; body: string; hash: string };
type HeadRow = {
  kiosk: string;
  seq: number;
  hash: string;
  broken_code: string | null;
  broken_seq: number | null;
  broken_at: number | null;
};

const COLUMNS = ["kiosk", "seq", "id", "at", "kind", "body", "hash"] as const;

export function createSqlJournalStore(database: Database): JournalStore {
  const entries = (within: Database) => within<EntryRow>("journal_entries");
  const heads = (within: Database) => within<HeadRow>("journal_heads");
  const readHead = async (within: Database, kiosk: string): Promise<ChainHead> => {
    const row = await heads(within).where({ kiosk }).first();
    return row === undefined ? EMPTY_CHAIN : { seq: row.seq, hash: Buffer.from(row.hash, "base64url") };
  };
  const writeHead = (within: Database, kiosk: string, head: ChainHead): Promise<unknown> =>
    heads(within)
      .insert({ kiosk, seq: head.seq, hash: textOf(head.hash) })
      .onConflict("kiosk")
      .merge(["seq", "hash"]);
  const writeBreak = async (within: Database, kiosk: string, broken: ChainBreak): Promise<void> => {
    const head = await readHead(within, kiosk);
    if ((await heads(within).where({ kiosk }).first()) === undefined) await writeHead(within, kiosk, head);
    // The first break is the one that a person has to look into.
    await heads(within)
      .where({ kiosk })
      .whereNull("broken_code")
      .update({ broken_code: broken.code, broken_seq: broken.seq, broken_at: broken.at });
  };
  return {
    exchange: ({ kiosk, events, decide, breakOf }) =>
      database.transaction(async (transaction) => {
        const held: HeldEntry[] = await entries(transaction)
          .select("seq", "id", "hash")
          .where({ kiosk })
          .andWhere((either) =>
            either
              .whereIn(
                "seq",
                events.map((event) => event.seq),
              )
              .orWhereIn(
                "id",
                events.map((event) => event.id),
              ),
          );
        const plan = decide(await readHead(transaction, kiosk), held);
        if (plan.fresh.length > 0) {
          const rows = plan.fresh.map((event) => ({ ...event, kiosk, body: JSON.stringify(event.body) }));
          await transaction.batchInsert("journal_entries", rows, 50);
          await writeHead(transaction, kiosk, plan.head);
        }
        const broken = breakOf(plan);
        if (broken !== null) await writeBreak(transaction, kiosk, broken);
        return plan;
      }),
    head: (kiosk) => readHead(database, kiosk),
    async breakOf(kiosk) {
      const row = await heads(database).where({ kiosk }).first();
      if (row?.broken_code == null) return null;
      return { code: row.broken_code, seq: row.broken_seq ?? 0, at: row.broken_at ?? 0 };
    },
    markBroken: (kiosk, broken) => database.transaction((transaction) => writeBreak(transaction, kiosk, broken)),
    async page(kiosk, afterSeq, limit) {
      const rows = await entries(database)
        .select(...COLUMNS)
        .where({ kiosk })
        .andWhere("seq", ">", afterSeq)
        .orderBy("seq")
        .limit(limit);
      return rows.map((row) => eventOf(row));
    },
    async newest(limit) {
      const rows = await entries(database)
        .select(...COLUMNS)
        .orderBy("arrival", "desc")
        .limit(limit);
      return rows.map((row): StoredEvent => ({ kiosk: row.kiosk, ...eventOf(row) }));
    },
    async kiosks() {
      return (await heads(database).select("kiosk").orderBy("kiosk")).map((row) => row.kiosk);
    },
  };
}

const textOf = (hash: Uint8Array): string => Buffer.from(hash).toString("base64url");

function eventOf({ kiosk: _kiosk, body, ...row }: EntryRow): JournalEvent {
  return { ...row, body: JournalEvent.shape.body.parse(JSON.parse(body)) };
}
