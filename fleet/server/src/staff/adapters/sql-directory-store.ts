import type { Database } from "../../platform/sql/database.js";
import { exclusively } from "../../platform/sql/database.js";
import type { DirectoryStore, PeopleQuery, PeopleSort, PersonFacts, StandingChange } from "../app/ports.js";
import { foldName } from "../domain/romanise.js";
import { freeStaffId } from "../domain/staff-id.js";
import { type PersonRow, timeOf, type WalletRow } from "./rows.js";
import { columnsOf, newPersonRow, readPeople, revise, setWards, takenIds } from "./sql-people.js";

export function createSqlDirectoryStore(database: Database): DirectoryStore {
  return {
    async find(query, now) {
      const matching = peopleWhere(database, query, now);
      const counted = await matching.clone().count({ count: "*" }).first<{ count: number | string }>();
      const page = inOrder(matching.clone(), query).limit(query.limit + 1);
      if (query.from !== undefined) page.offset(query.from);
      const byId = (query.sort ?? "staffId") === "staffId" && query.order !== "down";
      if (byId && query.after !== undefined) page.where("staff_id", ">", query.after);
      const rows: PersonRow[] = await page;
      const shown = rows.slice(0, query.limit);
      return {
        people: await readPeople(database, shown),
        next: byId && rows.length > query.limit ? (shown.at(-1)?.staff_id ?? null) : null,
        total: Number(counted?.count ?? 0),
      };
    },
    add: (facts, stem, now) =>
      exclusively(database, "staff", async (transaction) => {
        if (facts.hrId !== null && (await transaction<PersonRow>("people").where({ hr_id: facts.hrId }).first())) {
          return null;
        }
        const staffId = freeStaffId(stem, await takenIds(transaction, stem));
        await transaction<PersonRow>("people").insert(newPersonRow(staffId, facts, now));
        await setWards(transaction, staffId, facts.wards);
        await revise(transaction);
        return (
          (await readPeople(transaction, await transaction<PersonRow>("people").where({ staff_id: staffId })))[0] ??
          null
        );
      }),
    change: (staffId, facts, now) =>
      exclusively(database, "staff", async (transaction) => {
        const row = await transaction<PersonRow>("people").where({ staff_id: staffId }).first();
        if (row === undefined) return false;
        await transaction<PersonRow>("people")
          .where({ staff_id: staffId })
          .update(changedColumns(row, facts, now));
        if (facts.wards !== undefined) await setWards(transaction, staffId, facts.wards);
        await revise(transaction);
        return true;
      }),
    stand: (staffId, change, at) =>
      exclusively(database, "staff", async (transaction) => {
        const row = await transaction<PersonRow>("people").where({ staff_id: staffId }).first();
        if (row === undefined) return false;
        await applyStanding(transaction, row, change, at);
        await revise(transaction);
        return true;
      }),
    async endedUnbanned(now, cut) {
      const rows = await database<PersonRow>("people")
        .select("staff_id")
        .whereNotNull("ends_at")
        .andWhere("ends_at", "<=", now)
        .andWhere({ ban_wanted: 0 })
        .andWhere((where) => where.where("ends_at", ">", cut).orWhereIn("staff_id", walletsAfter(database, cut)));
      return rows.map((row) => row.staff_id);
    },
    async dropNeedlessBans(cut) {
      await database<PersonRow>("people")
        .where({ ban_wanted: 1, ban_applied: 1 })
        .whereNull("suspended_at")
        .whereNull("phone_lost_at")
        .andWhere((where) =>
          where.where("denied_at", "<", cut).orWhere("left_at", "<", cut).orWhere("ends_at", "<", cut),
        )
        .whereNotIn("staff_id", walletsAfter(database, cut))
        .update({ ban_wanted: 0, lift_after: null });
      const erased = database("people").select("staff_id").whereNotNull("erased_at");
      await database<WalletRow>("wallets").whereIn("staff_id", erased).andWhere("expires_at", "<=", cut).delete();
    },
    wantBan: (staffId) =>
      database.transaction(async (transaction) => {
        await transaction<PersonRow>("people").where({ staff_id: staffId }).update({ ban_wanted: 1, lift_after: null });
        await eraseKeys(transaction, staffId);
        await revise(transaction);
      }),
    async bansDue(now) {
      const rows = await database<PersonRow>("people")
        .select("staff_id", "ban_wanted", "lift_after")
        .where("ban_wanted", "<>", database.ref("ban_applied"))
        .orderBy("staff_id");
      return rows
        .filter((row) => row.ban_wanted === 1 || (timeOf(row.lift_after) ?? 0) <= now)
        .map((row) => ({ staffId: row.staff_id, wanted: row.ban_wanted === 1 }));
    },
    async banApplied(staffId, wanted) {
      await database<PersonRow>("people")
        .where({ staff_id: staffId })
        .update({ ban_applied: wanted ? 1 : 0 });
    },
    eraseDue: (now) =>
      database.transaction(async (transaction) => {
        const due = await transaction<PersonRow>("people")
          .select("staff_id")
          .whereNull("erased_at")
          .whereNotNull("erase_after")
          .andWhere("erase_after", "<=", now)
          .limit(1_000);
        for (const { staff_id } of due) await erasePerson(transaction, staff_id, now);
        if (due.length > 0) await revise(transaction);
        return due.map((row) => row.staff_id);
      }),
    async hasImported() {
      const imported = await database<PersonRow>("people")
        .whereNotIn("source", ["kiosk", "console"])
        .whereNull("left_at")
        .first("staff_id");
      return imported !== undefined;
    },
  };
}

const ORDERS: Readonly<Record<PeopleSort, readonly (keyof PersonRow)[]>> = {
  staffId: [],
  name: ["family_name", "given_name"],
  role: ["role", "family_name", "given_name"],
  ends: ["ends_at"],
};

function inOrder(people: ReturnType<typeof peopleWhere>, { sort = "staffId", order }: PeopleQuery) {
  const direction = order === "down" ? "desc" : "asc";
  const columns = [...ORDERS[sort], "staff_id" as const];
  // Who has no end comes last, however the rest is turned.
  if (sort === "ends") people.orderByRaw("ends_at is null");
  return people.orderBy(columns.map((column) => ({ column, order: direction })));
}

function peopleWhere(database: Database, query: PeopleQuery, now: number) {
  const people = database<PersonRow>("people");
  for (const word of foldName(query.search ?? "")
    .split(" ")
    .slice(0, 6)) {
    if (word !== "") people.where("search_key", "like", `%${word.replace(/[%_\\]/g, "")}%`);
  }
  if (query.role !== undefined) people.where({ role: query.role });
  if (query.ward !== undefined) {
    people.whereIn("staff_id", database("person_wards").select("staff_id").where({ ward: query.ward }));
  }
  switch (query.standing) {
    case undefined:
      break;
    case "erased":
      people.whereNotNull("erased_at");
      break;
    case "left":
      people.whereNotNull("left_at").whereNull("erased_at");
      break;
    case "denied":
      people.whereNotNull("denied_at").whereNull("left_at");
      break;
    case "ended":
      people.where("ends_at", "<=", now).whereNull("left_at").whereNull("denied_at");
      break;
    case "suspended":
      people.whereNotNull("suspended_at").whereNull("left_at").whereNull("denied_at").where(notEnded(now));
      break;
    case "active":
      people.whereNull("suspended_at").whereNull("left_at").whereNull("denied_at").where(notEnded(now));
      break;
  }
  return people;
}

/** Whose credential a kiosk could still take for valid after `cut`. */
const walletsAfter = (database: Database, cut: number) =>
  database("wallets").select("staff_id").where("expires_at", ">", cut);

const notEnded =
  (now: number) =>
  (where: ReturnType<Database["queryBuilder"]>): void => {
    where.whereNull("ends_at").orWhere("ends_at", ">", now);
  };

function changedColumns(row: PersonRow, facts: Partial<PersonFacts>, now: number): Partial<PersonRow> {
  const whole = columnsOf({
    givenName: facts.givenName ?? row.given_name,
    familyName: facts.familyName ?? row.family_name,
    role: facts.role ?? row.role,
    wards: [],
    employment: facts.employment ?? "staff",
    hrId: facts.hrId === undefined ? row.hr_id : facts.hrId,
    source: facts.source ?? row.source,
    endsAt: facts.endsAt === undefined ? timeOf(row.ends_at) : facts.endsAt,
  });
  const given = facts.employment === undefined ? { ...whole, employment: row.employment } : whole;
  const goesOn = facts.endsAt !== undefined && (facts.endsAt === null || facts.endsAt > now);
  // A later end, or none, takes back what the earlier one did.
  return goesOn ? { ...given, ban_wanted: stillBanned(row) ? 1 : 0 } : given;
}

const stillBanned = (row: PersonRow): boolean =>
  row.denied_at !== null || row.left_at !== null || row.suspended_at !== null || row.phone_lost_at !== null;

/** Keys are overwritten (`secure_delete`) the moment nobody may use them. */
export async function eraseKeys(transaction: Database, staffId: string): Promise<void> {
  await transaction<WalletRow>("wallets")
    .where({ staff_id: staffId })
    .update({ sealed_template_key: null, sealed_eid_key: null });
  await transaction("enrolments").where({ staff_id: staffId }).whereNull("used_at").delete();
}

async function applyStanding(transaction: Database, row: PersonRow, change: StandingChange, at: number): Promise<void> {
  const staffId = row.staff_id;
  const update = (columns: Partial<PersonRow>) =>
    transaction<PersonRow>("people").where({ staff_id: staffId }).update(columns);
  switch (change.to) {
    case "suspended":
      await update({ suspended_at: at, reason: change.reason, ban_wanted: 1, lift_after: null });
      return;
    case "resumed":
      await update({
        suspended_at: null,
        reason: null,
        ban_wanted: stillBanned({ ...row, suspended_at: null }) ? 1 : 0,
      });
      return;
    case "denied":
      await update({ denied_at: row.denied_at ?? at, reason: change.reason, ban_wanted: 1, lift_after: null });
      return eraseKeys(transaction, staffId);
    case "readmitted":
      // Their phone stays off until a new enrolment gives them another credential.
      await update({ denied_at: null, reason: null, phone_lost_at: at });
      return;
    case "phone-lost":
      await update({ phone_lost_at: at, ban_wanted: 1, lift_after: null });
      return;
    case "wallet-dropped":
      await update({ phone_lost_at: at, ban_wanted: 1, lift_after: null });
      return eraseKeys(transaction, staffId);
    case "left":
      await update({ left_at: row.left_at ?? at, erase_after: change.eraseAfter, ban_wanted: 1, lift_after: null });
      await dropSecrets(transaction, staffId);
      return eraseKeys(transaction, staffId);
  }
}

async function dropSecrets(transaction: Database, staffId: string): Promise<void> {
  for (const table of ["badges", "pins", "one_time_codes", "operators"]) {
    await transaction(table).where({ staff_id: staffId }).delete();
  }
}

async function erasePerson(transaction: Database, staffId: string, now: number): Promise<void> {
  await dropSecrets(transaction, staffId);
  for (const table of ["enrolments", "person_wards"]) {
    await transaction(table).where({ staff_id: staffId }).delete();
  }
  // The credential holds the name. That there was one, and until when, is what the deny-list goes by.
  const nothing = Buffer.alloc(0);
  await transaction<WalletRow>("wallets").where({ staff_id: staffId }).update({
    credential: nothing,
    template_digest: nothing,
    transcript: nothing,
    quality: null,
    sealed_template_key: null,
    sealed_eid_key: null,
  });
  const gone = { given_name: "", family_name: "", role: "", hr_id: null, search_key: "", reason: null };
  await transaction<PersonRow>("people")
    .where({ staff_id: staffId })
    .update({ ...gone, erased_at: now });
}
