import { type Database, exclusively } from "../../platform/sql/database.js";
import {
  type ActiveHolder,
  type Grant,
  type HolderKeys,
  holderName,
  type IssuedWallet,
  type IssueOutcome,
  type StaffStore,
} from "../app/ports.js";
import { standingOf } from "../domain/standing.js";
import type { ConsentRow, EnrolmentRow, PersonRow, WalletRow } from "./rows.js";
import { timeOf } from "./rows.js";
import type { Sealing } from "./sealing.js";
import { createSqlDirectoryStore, eraseKeys } from "./sql-directory-store.js";
import { createSqlGuessStore } from "./sql-guess-store.js";
import { createSqlImportStore } from "./sql-import-store.js";
import { datesOf, newPersonRow, readPeople, revise, takenIds } from "./sql-people.js";
import { createSqlSecretStore } from "./sql-secret-store.js";

const DEFAULT_ROLE = "staff";
const HOLDERS_AT_ONCE = 1_000;

const templateKeyPurpose = (staffId: string, epoch: number): string => `template-key ${staffId} ${epoch}`;
const eidKeyPurpose = (staffId: string, epoch: number): string => `identifier-key ${staffId} ${epoch}`;

/** Whether secrets were sealed here before: then a missing sealing key is a loss, not a first start. */
export async function hasSealedSecrets(database: Database): Promise<boolean> {
  return (await database<WalletRow>("wallets").whereNotNull("sealed_eid_key").first("staff_id")) !== undefined;
}

/** With what its secrets are sealed by. */
export type SqlStaffStore = StaffStore & { readonly sealing: Sealing };

export function createSqlStaffStore({ database, sealing }: { database: Database; sealing: Sealing }): SqlStaffStore {
  return {
    sealing,
    directory: createSqlDirectoryStore(database),
    guesses: createSqlGuessStore(database),
    secrets: createSqlSecretStore(database),
    imports: createSqlImportStore(database),
    async people() {
      const rows = await database<PersonRow>("people").whereNull("erased_at").orderBy(["created_at", "staff_id"]);
      return readPeople(database, rows);
    },
    async person(staffId) {
      const rows = await database<PersonRow>("people").where({ staff_id: staffId });
      return (await readPeople(database, rows))[0] ?? null;
    },
    openGrant: (grant, whose, now) =>
      exclusively(database, "staff", async (transaction) => {
        await transaction<EnrolmentRow>("enrolments").whereNull("used_at").andWhere("expires_at", "<=", now).delete();
        const staffId = "staffId" in whose ? whose.staffId : whose.choose(await takenIds(transaction, whose.stem));
        await transaction<EnrolmentRow>("enrolments").where({ staff_id: staffId }).whereNull("used_at").delete();
        await transaction<EnrolmentRow>("enrolments").insert({
          id: grant.id,
          kiosk: grant.kiosk,
          staff_id: staffId,
          given_name: grant.givenName,
          family_name: grant.familyName,
          epoch: grant.epoch,
          sealed_template_key: grant.face
            ? sealing.seal(grant.templateKey, templateKeyPurpose(staffId, grant.epoch))
            : null,
          expires_at: grant.expiresAt,
          used_at: null,
          purpose: grant.purpose,
          operator: grant.operator,
          second_operator: grant.secondOperator,
          consent: grant.consent,
          face: grant.face ? 1 : 0,
        });
        return { ...grant, staffId };
      }),
    async grant(id) {
      const row = await database<EnrolmentRow>("enrolments").where({ id }).first();
      return row === undefined ? null : grantOf(row, sealing);
    },
    issue: (grant, wallet, liftAfter) =>
      exclusively(database, "staff", async (transaction) => {
        const outcome = await keepWallet(transaction, { grant, wallet, sealing, liftAfter });
        if (outcome === "issued") await revise(transaction);
        return outcome;
      }),
    async activeHolders(now) {
      const holders: ActiveHolder[] = [];
      for (let last = ""; ; ) {
        const page = await activePage(database, now, last);
        for (const { staff_id: staffId, epoch, expires_at, ends_at } of page) {
          const until = Math.min(Number(expires_at), timeOf(ends_at) ?? Number.POSITIVE_INFINITY);
          holders.push({ staffId, epoch, until });
        }
        if (page.length < HOLDERS_AT_ONCE) return holders;
        last = page.at(-1)?.staff_id ?? "";
      }
    },
    async holderKeys(holders) {
      const rows = await database<WalletRow>("wallets")
        .whereIn(
          "staff_id",
          holders.map(({ staffId }) => staffId),
        )
        .whereNotNull("sealed_eid_key");
      return new Map(rows.flatMap((row) => openKeys(row, sealing)));
    },
    async deny(staffId, at) {
      return exclusively(database, "staff", async (transaction) => {
        const changed = await transaction<PersonRow>("people")
          .where({ staff_id: staffId })
          .update({ denied_at: at, reason: "denied", ban_wanted: 1 });
        await eraseKeys(transaction, staffId);
        await revise(transaction);
        return changed > 0;
      });
    },
    forgetEnded: (now) =>
      database.transaction(async (transaction) => {
        const ended = await transaction<WalletRow>("wallets")
          .select("staff_id", "epoch")
          .whereNotNull("sealed_eid_key")
          .andWhere("expires_at", "<=", now);
        for (const { staff_id, epoch } of ended) {
          await transaction<WalletRow>("wallets")
            .where({ staff_id, epoch })
            .update({ sealed_template_key: null, sealed_eid_key: null });
        }
        if (ended.length > 0) await revise(transaction);
        return ended.map(({ staff_id, epoch }) => ({ staffId: staff_id, epoch }));
      }),
    async revision() {
      const row = await database<{ id: number; revision: number }>("staff_revision").where({ id: 1 }).first();
      return Number(row?.revision ?? 0);
    },
  };
}

type ActiveRow = Pick<WalletRow, "staff_id" | "epoch" | "expires_at"> & Pick<PersonRow, "ends_at">;

/** In pages, so that 20,000 rows do not hold the event loop. Codes sort alike on every database: ids are plain ASCII. */
async function activePage(database: Database, now: number, after: string): Promise<ActiveRow[]> {
  return database("wallets")
    .select("wallets.staff_id", "wallets.epoch", "wallets.expires_at", "people.ends_at")
    .join("people", "people.staff_id", "wallets.staff_id")
    .whereNotNull("wallets.sealed_eid_key")
    .andWhere("wallets.expires_at", ">", now)
    .andWhere("wallets.staff_id", ">", after)
    .whereNull("people.denied_at")
    .whereNull("people.left_at")
    .whereNull("people.suspended_at")
    .whereNull("people.phone_lost_at")
    .andWhere((where) => where.whereNull("people.ends_at").orWhere("people.ends_at", ">", now))
    .orderBy("wallets.staff_id")
    .limit(HOLDERS_AT_ONCE);
}

function openKeys(row: WalletRow, sealing: Sealing): [string, HolderKeys][] {
  const { staff_id: staffId, epoch, sealed_template_key: templateKey, sealed_eid_key: eidKey, face } = row;
  if (eidKey === null || (templateKey === null && Boolean(face))) return [];
  const keys = {
    templateKey: templateKey === null ? null : sealing.open(templateKey, templateKeyPurpose(staffId, epoch)),
    eidKey: sealing.open(eidKey, eidKeyPurpose(staffId, epoch)),
  };
  return [[holderName({ staffId, epoch }), keys]];
}

type Keeping = { grant: Grant; wallet: IssuedWallet; sealing: Sealing; liftAfter: number };

async function keepWallet(transaction: Database, keeping: Keeping): Promise<IssueOutcome> {
  const { grant, wallet, sealing } = keeping;
  const keyHolder = await transaction<WalletRow>("wallets")
    .where({ holder_public_key: Buffer.from(wallet.holderPublicKey) })
    .first("staff_id");
  if (keyHolder !== undefined) return "key-known";
  const { staffId, epoch } = wallet;
  const open = await transaction<EnrolmentRow>("enrolments").where({ id: grant.id }).first();
  // Denied, or begun again, since the grant was read.
  if (open === undefined) return "superseded";
  if (open.used_at !== null) return "used";
  const person = await transaction<PersonRow>("people").where({ staff_id: staffId }).first();
  if (person !== undefined && standingOf(datesOf(person), wallet.issuedAt) !== "active") return "superseded";
  await transaction<EnrolmentRow>("enrolments")
    .where({ id: grant.id })
    .update({ used_at: wallet.issuedAt, sealed_template_key: null });
  await keepPerson(transaction, keeping);
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
    sealed_template_key: grant.face ? sealing.seal(grant.templateKey, templateKeyPurpose(staffId, epoch)) : null,
    sealed_eid_key: sealing.seal(wallet.eidKey, eidKeyPurpose(staffId, epoch)),
    kiosk: wallet.kiosk,
    issued_at: wallet.issuedAt,
    expires_at: wallet.expiresAt,
    face: grant.face ? 1 : 0,
    quality: wallet.quality,
  });
  if (grant.consent !== null && grant.face) {
    await transaction<ConsentRow>("consents").insert({
      id: grant.id,
      staff_id: staffId,
      purpose: "face",
      text: grant.consent,
      kiosk: grant.kiosk,
      given_to: grant.operator,
      given_at: wallet.issuedAt,
    });
  }
  return "issued";
}

/** A newcomer's record, or the end of a lost phone: another phone is theirs now. */
async function keepPerson(transaction: Database, { grant, wallet, liftAfter }: Keeping): Promise<void> {
  const facts = {
    givenName: grant.givenName,
    familyName: grant.familyName,
    role: DEFAULT_ROLE,
    wards: [],
    employment: "staff" as const,
    hrId: null,
    source: "kiosk",
    endsAt: null,
  };
  await transaction<PersonRow>("people")
    .insert(newPersonRow(wallet.staffId, facts, wallet.issuedAt))
    .onConflict("staff_id")
    .ignore();
  await transaction<PersonRow>("people")
    .where({ staff_id: wallet.staffId })
    .whereNotNull("phone_lost_at")
    .update({ phone_lost_at: null, ban_wanted: 0, lift_after: liftAfter });
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
    templateKey: sealed === null ? new Uint8Array() : sealing.open(sealed, purpose),
    expiresAt: Number(row.expires_at),
    usedAt: timeOf(row.used_at),
    purpose: row.purpose === "renewal" || row.purpose === "replacement" ? row.purpose : "first",
    operator: row.operator,
    secondOperator: row.second_operator,
    consent: row.consent,
    face: Boolean(row.face),
  };
}
