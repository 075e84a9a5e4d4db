import type { Database, Migration } from "../platform/sql/database.js";

export interface Pair {
  readonly from: string;
  readonly to: string;
  readonly channel: string;
  readonly by: string;
  readonly addedAt: number;
}

export interface MatrixStore {
  all(): Promise<Pair[]>;
  /** `false`: there already. */
  insert(pair: Pair): Promise<boolean>;
  /** `false`: not there. */
  remove(pair: Pick<Pair, "from" | "to" | "channel">): Promise<boolean>;
}

export const m2mMigrations: readonly Migration[] = [
  {
    name: "m2m-1-matrix",
    async up(database) {
      await database.schema.createTable("m2m_pairs", (table) => {
        table.string("sender", 63).notNullable();
        table.string("receiver", 63).notNullable();
        table.string("channel", 63).notNullable();
        table.string("added_by", 63).notNullable();
        table.bigInteger("added_at").notNullable();
        table.primary(["sender", "receiver", "channel"]);
      });
    },
  },
];

type PairRow = { sender: string; receiver: string; channel: string; added_by: string; added_at: number };

export function createSqlMatrixStore(database: Database): MatrixStore {
  return {
    all: async () =>
      (await database<PairRow>("m2m_pairs")).map((row) => ({
        from: row.sender,
        to: row.receiver,
        channel: row.channel,
        by: row.added_by,
        addedAt: Number(row.added_at),
      })),
    async insert({ from, to, channel, by, addedAt }) {
      const added = await database<PairRow>("m2m_pairs")
        .insert({ sender: from, receiver: to, channel, added_by: by, added_at: addedAt })
        .onConflict(["sender", "receiver", "channel"])
        .ignore()
        .returning("sender");
      return added.length > 0;
    },
    remove: async ({ from, to, channel }) =>
      (await database<PairRow>("m2m_pairs").where({ sender: from, receiver: to, channel }).delete()) > 0,
  };
}
