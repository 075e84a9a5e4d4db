import type { Database } from "../../platform/sql/database.js";
import { isPostgres } from "../../platform/sql/dialects.js";
import type { DenialRow } from "./schema.js";

/** A decision that denies nobody, `by` epochs ahead: the next denial has a higher one. Answers the epoch before and after. */
export async function raiseDenyEpoch(
  transaction: Database,
  by: number,
  at: number,
): Promise<{ after: number; before: number }> {
  const row = await transaction<DenialRow>("denials").max({ newest: "epoch" }).first();
  const after = Number(row?.["newest"] ?? 0);
  const before = after + by;
  await transaction<DenialRow>("denials").insert({ epoch: before, kind: "restated", whom: "fleet", at });
  // SQLite counts on from the highest row by itself.
  if (isPostgres(transaction))
    await transaction.raw("select setval(pg_get_serial_sequence('denials', 'epoch'), ?)", [before]);
  return { after, before };
}
