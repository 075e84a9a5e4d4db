import { type Database, exclusively } from "../../platform/sql/database.js";
import type { DecisionLog } from "../app/denials.js";
import { DENIAL_KINDS, type Decision } from "../domain/denials.js";
import type { DenialRow } from "./schema.js";
import { wordOf } from "./words.js";

export function createSqlDecisions(database: Database): DecisionLog {
  return {
    async after(epoch) {
      const rows = await database<DenialRow>("denials").where("epoch", ">", epoch).orderBy("epoch");
      return rows.map(decisionOf);
    },
    // One at a time, so that no epoch becomes visible after a higher one, on any server of the site.
    append: (decisions) =>
      exclusively(database, "deny-list", async (transaction) => {
        for (const { kind, whom, at } of decisions) await transaction<DenialRow>("denials").insert({ kind, whom, at });
      }),
  };
}

const decisionOf = (row: DenialRow): Decision => ({
  epoch: Number(row.epoch),
  kind: wordOf(DENIAL_KINDS, row.kind),
  whom: row.whom ?? "",
  at: Number(row.at),
});
