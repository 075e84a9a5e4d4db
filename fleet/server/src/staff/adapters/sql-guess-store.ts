import { type Database, exclusively } from "../../platform/sql/database.js";
import type { GuessStore } from "../app/ports.js";
import { type GuessRecord, NO_GUESSES } from "../domain/back-off.js";
import type { GuessRow } from "./rows.js";

/** Guesses at short secrets, counted where a restart does not forget them. */
export function createSqlGuessStore(database: Database): GuessStore {
  return {
    charge: (keys, judge, now) =>
      exclusively(database, "guesses", async (transaction) => {
        const rows = await transaction<GuessRow>("guesses").whereIn("key", [...keys]);
        const known = new Map<string, GuessRecord>(
          rows.map(({ key, failures, locked_until }) => [key, { failures, lockedUntil: Number(locked_until) }]),
        );
        const charged: GuessRow[] = [];
        let retryAfter = 0;
        for (const key of new Set(keys)) {
          const judged = judge(known.get(key) ?? NO_GUESSES);
          if (!judged.ok) retryAfter = Math.max(retryAfter, judged.retryAfter);
          else
            charged.push({ key, failures: judged.record.failures, locked_until: judged.record.lockedUntil, at: now });
        }
        if (retryAfter > 0) return { ok: false, retryAfter };
        await transaction<GuessRow>("guesses").insert(charged).onConflict("key").merge();
        return { ok: true };
      }),
    async forgive(keys) {
      await database<GuessRow>("guesses")
        .whereIn("key", [...keys])
        .delete();
    },
    async forgetBefore(before) {
      await database<GuessRow>("guesses").where("locked_until", "<", before).andWhere("at", "<", before).delete();
    },
  };
}
