import { type Database, exclusively } from "../../platform/sql/database.js";
import type { ImportSteps, ImportStore, KnownRecord, PersonFacts, StoredPlan } from "../app/ports.js";
import { type ImportPlanRow, type PersonRow, timeOf, type WardRow } from "./rows.js";
import { employmentOf, newPersonRow, revise } from "./sql-people.js";

const ROWS_AT_ONCE = 400;
const CHANGED_COLUMNS: (keyof PersonRow)[] = [
  "given_name",
  "family_name",
  "role",
  "employment",
  "hr_id",
  "source",
  "ends_at",
  "search_key",
];

export function createSqlImportStore(database: Database): ImportStore {
  return {
    known: () => database.transaction(readKnown),
    async keepPlan({ id, source, madeAt, madeBy, revision, plan, appliedAt }) {
      await database<ImportPlanRow>("import_plans").insert({
        id,
        source,
        made_at: madeAt,
        made_by: madeBy,
        revision,
        plan,
        applied_at: appliedAt,
      });
    },
    async plan(id) {
      const row = await database<ImportPlanRow>("import_plans").where({ id }).first();
      return row === undefined ? null : planOf(row);
    },
    async forgetPlans(before) {
      await database<ImportPlanRow>("import_plans").where("made_at", "<=", before).delete();
    },
    apply: (plan, steps, now) =>
      exclusively(database, "staff", async (transaction) => {
        const row = await transaction<ImportPlanRow>("import_plans").where({ id: plan.id }).first("applied_at");
        if (row === undefined || row.applied_at !== null) return "applied-before";
        const current = await transaction<{ id: number; revision: number }>("staff_revision").where({ id: 1 }).first();
        if (Number(current?.revision) !== plan.revision) return "stale";
        await applySteps(transaction, steps, now);
        // The rows of an applied plan are in the directory; here they would only outlive an erasure.
        await transaction<ImportPlanRow>("import_plans").where({ id: plan.id }).update({ applied_at: now, plan: "" });
        await revise(transaction);
        return "applied";
      }),
  };
}

async function readKnown(transaction: Database): Promise<{ revision: number; people: KnownRecord[] }> {
  const current = await transaction<{ id: number; revision: number }>("staff_revision").where({ id: 1 }).first();
  const wards = new Map<string, string[]>();
  for (const { staff_id, ward } of await transaction<WardRow>("person_wards").orderBy(["staff_id", "ward"])) {
    wards.set(staff_id, [...(wards.get(staff_id) ?? []), ward]);
  }
  const rows = await transaction<PersonRow>("people").orderBy("staff_id");
  const people = rows.map((row) => ({
    staffId: row.staff_id,
    givenName: row.given_name,
    familyName: row.family_name,
    role: row.role,
    wards: wards.get(row.staff_id) ?? [],
    employment: employmentOf(row.employment),
    hrId: row.hr_id,
    source: row.source,
    endsAt: timeOf(row.ends_at),
    leftAt: timeOf(row.left_at),
    erasedAt: timeOf(row.erased_at),
  }));
  return { revision: Number(current?.revision ?? 0), people };
}

async function applySteps(transaction: Database, steps: ImportSteps, now: number): Promise<void> {
  const rows = steps.adds.map(({ staffId, facts }) => newPersonRow(staffId, facts, now));
  await transaction.batchInsert("people", rows, ROWS_AT_ONCE);
  // A newcomer at a kiosk who was given the same id a minute ago is somebody else: they begin again.
  for (let at = 0; at < steps.adds.length; at += ROWS_AT_ONCE) {
    const ids = steps.adds.slice(at, at + ROWS_AT_ONCE).map(({ staffId }) => staffId);
    await transaction("enrolments").whereIn("staff_id", ids).whereNull("used_at").delete();
  }
  const wards = steps.adds.flatMap(({ staffId, facts }) => wardsOf(staffId, facts));
  await transaction.batchInsert("person_wards", wards, ROWS_AT_ONCE);
  for (let at = 0; at < steps.changes.length; at += ROWS_AT_ONCE) {
    await changePeople(transaction, steps.changes.slice(at, at + ROWS_AT_ONCE), now);
  }
  for (let at = 0; at < steps.leavers.length; at += ROWS_AT_ONCE) {
    const ids = steps.leavers.slice(at, at + ROWS_AT_ONCE);
    await transaction<PersonRow>("people")
      .whereIn("staff_id", ids)
      .update({ left_at: now, erase_after: steps.eraseAfter, ban_wanted: 1, lift_after: null });
    await transaction("wallets").whereIn("staff_id", ids).update({ sealed_template_key: null, sealed_eid_key: null });
    for (const table of ["badges", "pins", "one_time_codes", "operators"]) {
      await transaction(table).whereIn("staff_id", ids).delete();
    }
    await transaction("enrolments").whereIn("staff_id", ids).whereNull("used_at").delete();
  }
}

/** Many at once: the import holds SQLite's only connection, and events wait for it. */
async function changePeople(transaction: Database, changes: ImportSteps["changes"], now: number): Promise<void> {
  const ids = changes.map(({ staffId }) => staffId);
  // Everybody is there already: an insert that only ever merges.
  await transaction<PersonRow>("people")
    .insert(changes.map(({ staffId, facts }) => newPersonRow(staffId, facts, now)))
    .onConflict("staff_id")
    .merge(CHANGED_COLUMNS);
  await transaction<WardRow>("person_wards").whereIn("staff_id", ids).delete();
  await transaction.batchInsert(
    "person_wards",
    changes.flatMap(({ staffId, facts }) => wardsOf(staffId, facts)),
    ROWS_AT_ONCE,
  );
  // Who comes back is off until a new enrolment.
  await transaction<PersonRow>("people")
    .whereIn("staff_id", ids)
    .whereNotNull("left_at")
    .update({ left_at: null, erase_after: null, phone_lost_at: now });
  // An employment that goes on again brings the deny-list back to what else stands against the person.
  await transaction<PersonRow>("people")
    .whereIn("staff_id", ids)
    .andWhere((where) => where.whereNull("ends_at").orWhere("ends_at", ">", now))
    .whereNull("denied_at")
    .whereNull("suspended_at")
    .whereNull("phone_lost_at")
    .update({ ban_wanted: 0 });
}

const wardsOf = (staffId: string, facts: PersonFacts): WardRow[] =>
  [...new Set(facts.wards)].map((ward) => ({ staff_id: staffId, ward }));

const planOf = (row: ImportPlanRow): StoredPlan => ({
  id: row.id,
  source: row.source,
  madeAt: Number(row.made_at),
  madeBy: row.made_by,
  revision: Number(row.revision),
  plan: row.plan,
  appliedAt: timeOf(row.applied_at),
});
