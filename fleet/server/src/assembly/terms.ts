import type { Duration } from "@wardkey/protocol";
import { type Database, exclusively, type Migration } from "../platform/sql/database.js";
import { isPostgres } from "../platform/sql/dialects.js";

/** Who of a site's fleet servers leads, and until when. */
export interface Terms {
  /** Begins or prolongs the term of `holder` unless another one's is not over. */
  claim(holder: string, lasts: Duration): Promise<boolean>;
  release(holder: string): Promise<void>;
}

export const termMigrations: readonly Migration[] = [
  {
    name: "terms-1",
    async up(database) {
      await database.schema.createTable("leader_term", (table) => {
        table.integer("id").primary();
        table.string("holder", 63).notNullable();
        table.bigInteger("ends_at").notNullable();
      });
    },
  },
];

type TermRow = { id: number; holder: string; ends_at: number };
const ONLY = 1;

/** A row of the database that all servers share; judged by the database's clock, so that theirs need not agree. */
export function createSqlTerms(database: Database, now: () => number): Terms {
  const time = async (transaction: Database): Promise<number> => {
    if (!isPostgres(database)) return now();
    const row: unknown = await transaction
      .select(transaction.raw("floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now"))
      .first();
    return typeof row === "object" && row !== null && "now" in row ? Number(row.now) : Number.NaN;
  };
  return {
    claim: (holder, lasts) =>
      exclusively(database, "leader-term", async (transaction) => {
        const at = await time(transaction);
        const held = await transaction<TermRow>("leader_term").where({ id: ONLY }).first();
        if (held !== undefined && held.holder !== holder && Number(held.ends_at) > at) return false;
        const row = { id: ONLY, holder, ends_at: at + lasts };
        await transaction<TermRow>("leader_term").insert(row).onConflict("id").merge(["holder", "ends_at"]);
        return true;
      }),
    async release(holder) {
      await database<TermRow>("leader_term").where({ id: ONLY, holder }).delete();
    },
  };
}
