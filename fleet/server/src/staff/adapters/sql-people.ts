import type { Database } from "../../platform/sql/database.js";
import type { Person, PersonFacts } from "../app/ports.js";
import { foldName } from "../domain/romanise.js";
import { EMPLOYMENTS, type StandingFacts } from "../domain/standing.js";
import { type PersonRow, timeOf, type WalletRow, type WardRow } from "./rows.js";

/** SQLite takes at most 32,766 bound values; PostgreSQL 65,535. */
const IDS_AT_ONCE = 500;

const COLUMNS = ["staff_id", "epoch", "expires_at", "kiosk", "face", "quality"] as const;

type LiveRow = Pick<WalletRow, (typeof COLUMNS)[number]> & { live: number | boolean };
type NewestWallet = NonNullable<Person["credential"]>;

/** The rows as people, with their wards and newest wallets. */
export async function readPeople(database: Database, rows: readonly PersonRow[]): Promise<Person[]> {
  const wards = new Map<string, string[]>();
  const wallets = new Map<string, NewestWallet>();
  for (let at = 0; at < rows.length; at += IDS_AT_ONCE) {
    const ids = rows.slice(at, at + IDS_AT_ONCE).map((row) => row.staff_id);
    for (const { staff_id, ward } of await database<WardRow>("person_wards")
      .whereIn("staff_id", ids)
      .orderBy(["staff_id", "ward"])) {
      wards.set(staff_id, [...(wards.get(staff_id) ?? []), ward]);
    }
    const held: LiveRow[] = await database("wallets")
      .select(...COLUMNS, database.raw("sealed_eid_key is not null as live"))
      .whereIn("staff_id", ids)
      .orderBy(["staff_id", "epoch"]);
    for (const { staff_id, epoch, expires_at, kiosk, face, quality, live } of held) {
      wallets.set(staff_id, {
        epoch,
        expiresAt: Number(expires_at),
        kiosk,
        face: Boolean(face),
        live: Boolean(live),
        quality,
      });
    }
  }
  return rows.map((row) => personOf(row, wards.get(row.staff_id) ?? [], wallets.get(row.staff_id) ?? null));
}

function personOf(row: PersonRow, wards: readonly string[], credential: NewestWallet | null): Person {
  return {
    staffId: row.staff_id,
    givenName: row.given_name,
    familyName: row.family_name,
    role: row.role,
    wards,
    employment: employmentOf(row.employment),
    hrId: row.hr_id,
    source: row.source,
    createdAt: Number(row.created_at),
    ...datesOf(row),
    eraseAfter: timeOf(row.erase_after),
    reason: row.reason,
    phoneLostAt: timeOf(row.phone_lost_at),
    credential,
  };
}

/** What a person's standing is computed from. */
export const datesOf = (row: PersonRow): StandingFacts => ({
  deniedAt: timeOf(row.denied_at),
  endsAt: timeOf(row.ends_at),
  leftAt: timeOf(row.left_at),
  erasedAt: timeOf(row.erased_at),
  suspendedAt: timeOf(row.suspended_at),
});

export const employmentOf = (stored: string): Person["employment"] =>
  EMPLOYMENTS.find((known) => known === stored) ?? "staff";

/** The columns of what the personnel office says about somebody. */
export function columnsOf(facts: PersonFacts): Partial<PersonRow> {
  return {
    given_name: facts.givenName,
    family_name: facts.familyName,
    role: facts.role,
    employment: facts.employment,
    hr_id: facts.hrId,
    source: facts.source,
    ends_at: facts.endsAt,
    search_key: searchKeyOf(facts),
  };
}

export const searchKeyOf = ({
  givenName,
  familyName,
  hrId,
}: Pick<PersonFacts, "givenName" | "familyName" | "hrId">): string =>
  `${foldName(`${givenName} ${familyName}`)} ${(hrId ?? "").toLowerCase()}`.trim().slice(0, 200);

/** A new person's whole row. */
export const newPersonRow = (staffId: string, facts: PersonFacts, now: number): Partial<PersonRow> => ({
  staff_id: staffId,
  created_at: now,
  ...columnsOf(facts),
});

export async function setWards(transaction: Database, staffId: string, wards: readonly string[]): Promise<void> {
  await transaction<WardRow>("person_wards").where({ staff_id: staffId }).delete();
  const rows = [...new Set(wards)].map((ward) => ({ staff_id: staffId, ward }));
  if (rows.length > 0) await transaction<WardRow>("person_wards").insert(rows);
}

/** Says to every server that people or wallets changed. In the same transaction as the change. */
export async function revise(transaction: Database): Promise<void> {
  await transaction("staff_revision").where({ id: 1 }).increment("revision", 1);
}

/** Ids like `stem` that somebody has or had, and those of enrolments under way. */
export async function takenIds(transaction: Database, stem: string): Promise<Set<string>> {
  const people = await transaction<PersonRow>("people").select("staff_id").whereLike("staff_id", `${stem}%`);
  const open = await transaction<{ staff_id: string }>("enrolments")
    .select("staff_id")
    .whereLike("staff_id", `${stem}%`)
    .whereNull("used_at");
  return new Set([...people, ...open].map((row) => row.staff_id));
}
