import type { Database } from "../../platform/sql/database.js";
import type { Grant, IssuedWallet, IssueOutcome, Person, StaffStore } from "../app/ports.js";
import { NO_GUESSES } from "../domain/back-off.js";
import type { EnrolmentRow, GuessRow, PersonRow, WalletRow } from "./schema.js";
import type { Sealing } from "./sealing.js";

const DEFAULT_ROLE = "staff";

const templateKeyPurpose = (staffId: string, epoch: number): string => `template-key ${staffId} ${epoch}`;
const eidKeyPurpose = (staffId: string, epoch: number): string => `identifier-key ${staffId} ${epoch}`;

/** Whether secrets were sealed here before: then a missing sealing key is a loss, not a first start. */
export async function hasSealedSecrets(database: Database): Promise<boolean> {
  return (await database<WalletRow>("wallets").whereNotNull("sealed_eid_key").first()) !== undefined;
}

export function createSqlStaffStore({ database, sealing }: { database: Database; sealing: Sealing }): StaffStore {
  let revision = 0;
  const readPeople = async (staffId: string | null): Promise<Person[]> => {
    const rows = await database<PersonRow>("people")
      .where(staffId === null ? {} : { staff_id: staffId })
      .orderBy([{ column: "created_at" }, { column: "staff_id" }]);
    const wallets = await database<WalletRow>("wallets")
      .select("staff_id", "epoch", "expires_at", "kiosk")
      .where(staffId === null ? {} : { staff_id: staffId })
      .orderBy("epoch");
    const newest = new Map(wallets.map((wallet) => [wallet.staff_id, wallet]));
    return rows.map((row) => personOf(row, newest.get(row.staff_id)));
  };
  return {
    people: () => readPeople(null),
    person: async (staffId) => (await readPeople(staffId))[0] ?? null,
    openGrant: (grant, whose, now) =>
      database.transaction(async (transaction) => {
        const ended = transaction<EnrolmentRow>("enrolments").whereNull("used_at").andWhere("expires_at", "<=", now);
        await ended.delete();
        const staffId = "staffId" in whose ? whose.staffId : whose.choose(await takenIds(transaction, whose.stem));
        await transaction<EnrolmentRow>("enrolments").where({ staff_id: staffId }).whereNull("used_at").delete();
        await transaction<EnrolmentRow>("enrolments").insert({
          id: grant.id,
          kiosk: grant.kiosk,
          staff_id: staffId,
          given_name: grant.givenName,
          family_name: grant.familyName,
          epoch: grant.epoch,
          sealed_template_key: sealing.seal(grant.templateKey, templateKeyPurpose(staffId, grant.epoch)),
          expires_at: grant.expiresAt,
          used_at: null,
        });
        return { ...grant, staffId };
      }),
    async grant(id) {
      const row = await database<EnrolmentRow>("enrolments").where({ id }).first();
      return row === undefined ? null : grantOf(row, sealing);
    },
    async issue(grant, wallet) {
      const outcome = await database.transaction((transaction) => keepWallet(transaction, { grant, wallet, sealing }));
      if (outcome === "issued") revision += 1;
      return outcome;
    },
    async activeHolders(now) {
      const rows = await database<WalletRow>("wallets")
        .whereNotNull("sealed_template_key")
        .whereNotNull("sealed_eid_key")
        .andWhere("expires_at", ">", now)
        .orderBy("staff_id");
      return rows.flatMap((row) => {
        const { staff_id: staffId, epoch, sealed_template_key: templateKey, sealed_eid_key: eidKey } = row;
        if (templateKey === null || eidKey === null) return [];
        return {
          staffId,
          epoch,
          templateKey: sealing.open(templateKey, templateKeyPurpose(staffId, epoch)),
          eidKey: sealing.open(eidKey, eidKeyPurpose(staffId, epoch)),
        };
      });
    },
    async deny(staffId, at) {
      const known = await database.transaction(async (transaction) => {
        const changed = await transaction<PersonRow>("people").where({ staff_id: staffId }).update({ denied_at: at });
        await transaction<WalletRow>("wallets")
          .where({ staff_id: staffId })
          .update({ sealed_template_key: null, sealed_eid_key: null });
        await transaction<EnrolmentRow>("enrolments").where({ staff_id: staffId }).delete();
        return changed > 0;
      });
      revision += 1;
      return known;
    },
    guess: (kiosk, judge) =>
      database.transaction(async (transaction) => {
        const row = await transaction<GuessRow>("operator_guesses").where({ kiosk }).first();
        const known =
          row === undefined ? NO_GUESSES : { failures: row.failures, lockedUntil: Number(row.locked_until) };
        const { record, outcome } = judge(known);
        await transaction<GuessRow>("operator_guesses")
          .insert({ kiosk, failures: record.failures, locked_until: record.lockedUntil })
          .onConflict("kiosk")
          .merge();
        return outcome;
      }),
    revision: () => revision,
  };
}

async function takenIds(transaction: Database, stem: string): Promise<Set<string>> {
  const people = await transaction<PersonRow>("people").select("staff_id").whereLike("staff_id", `${stem}%`);
  const open = await transaction<EnrolmentRow>("enrolments")
    .select("staff_id")
    .whereLike("staff_id", `${stem}%`)
    .whereNull("used_at");
  return new Set([...people, ...open].map((row) => row.staff_id));
}

type NewestWallet = Pick<WalletRow, "epoch" | "expires_at" | "kiosk">;

async function keepWallet(
  transaction: Database,
  { grant, wallet, sealing }: { grant: Grant; wallet: IssuedWallet; sealing: Sealing },
): Promise<IssueOutcome> {
  const keyHolder = await transaction<WalletRow>("wallets")
    .where({ holder_public_key: Buffer.from(wallet.holderPublicKey) })
    .first();
  if (keyHolder !== undefined) return "key-known";
  const { staffId, epoch } = wallet;
  const open = await transaction<EnrolmentRow>("enrolments").where({ id: grant.id }).first();
  // Denied, or begun again, since the grant was read.
  if (open === undefined) return "superseded";
  if (open.used_at !== null) return "used";
  await transaction<EnrolmentRow>("enrolments")
    .where({ id: grant.id })
    .update({ used_at: wallet.issuedAt, sealed_template_key: null });
  await transaction<PersonRow>("people")
    .insert({
      staff_id: staffId,
      given_name: grant.givenName,
      family_name: grant.familyName,
      role: DEFAULT_ROLE,
      created_at: wallet.issuedAt,
      denied_at: null,
    })
    .onConflict("staff_id")
    .ignore();
  await transaction<WalletRow>("wallets")
    .where({ staff_id: staffId })
    .update({ sealed_template_key: null, sealed_eid_key: null });
  await transaction<WalletRow>("wallets").insert({
    staff_id: staffId,
    epoch,
    holder_public_key: Buffer.from(wallet.holderPublicKey),
    template_digest: Buffer.from(wallet.templateDigest),
    transcript: Buffer.from(wallet.transcript),
    credential: Buffer.from(wallet.credential),
    sealed_template_key: sealing.seal(grant.templateKey, templateKeyPurpose(staffId, epoch)),
    sealed_eid_key: sealing.seal(wallet.eidKey, eidKeyPurpose(staffId, epoch)),
    kiosk: wallet.kiosk,
    issued_at: wallet.issuedAt,
    expires_at: wallet.expiresAt,
  });
  return "issued";
}

function personOf(row: PersonRow, wallet: NewestWallet | undefined): Person {
  return {
    staffId: row.staff_id,
    givenName: row.given_name,
    familyName: row.family_name,
    role: row.role,
    deniedAt: row.denied_at,
    credential:
      wallet === undefined ? null : { epoch: wallet.epoch, expiresAt: Number(wallet.expires_at), kiosk: wallet.kiosk },
  };
}

function grantOf(row: EnrolmentRow, sealing: Sealing): Grant {
  const sealed = row.sealed_template_key;
  const purpose = templateKeyPurpose(row.staff_id, row.epoch);
  return {
    id: row.id,
    kiosk: row.kiosk,
    staffId: row.staff_id,
    givenName: row.given_name,
    familyName: row.family_name,
    epoch: row.epoch,
    // A used grant has given its key away.
    templateKey: sealed === null ? new Uint8Array() : sealing.open(sealed, purpose),
    expiresAt: Number(row.expires_at),
    usedAt: row.used_at,
  };
}
