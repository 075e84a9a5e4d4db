import { type Database, exclusively } from "../../platform/sql/database.js";
import type { Badge, Consent, Operator, SecretStore } from "../app/ports.js";
import { BADGE_KINDS } from "../domain/secrets.js";
import { type BadgeRow, type CodeRow, type ConsentRow, type OperatorRow, type PinRow, timeOf } from "./rows.js";

/** What people prove themselves with beside phone and face, only ever as hashes and keyed digests. */
export function createSqlSecretStore(database: Database): SecretStore {
  return {
    operators: async () => (await database<OperatorRow>("operators").orderBy("number")).map(operatorOf),
    async operator(number) {
      const row = await database<OperatorRow>("operators").where({ number }).first();
      return row === undefined ? null : operatorOf(row);
    },
    appoint: (operator) =>
      exclusively(database, "staff", async (transaction) => {
        const known = await transaction<OperatorRow>("operators").where({ staff_id: operator.staffId }).first("number");
        const highest = await transaction<OperatorRow>("operators")
          .max({ number: "number" })
          .first<{ number: number }>();
        const number = known?.number ?? Number(highest?.number ?? 0) + 1;
        await transaction<OperatorRow>("operators")
          .insert({
            number,
            staff_id: operator.staffId,
            secret_hash: operator.secretHash,
            wards: operator.wards === null ? null : JSON.stringify(operator.wards),
            appointed_by: operator.appointedBy,
            appointed_at: operator.appointedAt,
          })
          .onConflict("number")
          .merge();
        return number;
      }),
    dismiss: async (staffId) => (await database<OperatorRow>("operators").where({ staff_id: staffId }).delete()) > 0,
    async badge(digest) {
      const row = await database<BadgeRow>("badges").where({ digest }).first();
      return row === undefined ? null : badgeOf(row);
    },
    badgesOf: async (staffId) =>
      (await database<BadgeRow>("badges").where({ staff_id: staffId }).orderBy(["enrolled_at", "digest"])).map(badgeOf),
    async keepBadge({ digest, staffId, kind, enrolledBy, enrolledAt }) {
      const kept = await database<BadgeRow>("badges")
        .insert({ digest, staff_id: staffId, kind, enrolled_by: enrolledBy, enrolled_at: enrolledAt })
        .onConflict("digest")
        .ignore()
        .returning("digest");
      return kept.length > 0;
    },
    dropBadge: async (staffId, digest) =>
      (await database<BadgeRow>("badges").where({ staff_id: staffId, digest }).delete()) > 0,
    async pinHash(staffId) {
      const row = await database<PinRow>("pins").where({ staff_id: staffId }).first();
      return row?.secret_hash ?? null;
    },
    async keepPin({ staffId, secretHash, setBy, setAt }) {
      await database<PinRow>("pins")
        .insert({ staff_id: staffId, secret_hash: secretHash, set_by: setBy, set_at: setAt })
        .onConflict("staff_id")
        .merge();
    },
    keepCode: ({ digest, staffId, issuedBy, expiresAt }) =>
      database.transaction(async (transaction) => {
        await transaction<CodeRow>("one_time_codes").where({ staff_id: staffId }).delete();
        await transaction<CodeRow>("one_time_codes").insert({
          digest,
          staff_id: staffId,
          issued_by: issuedBy,
          expires_at: expiresAt,
        });
      }),
    spendCode: (digest, now) =>
      exclusively(database, "staff", async (transaction) => {
        const row = await transaction<CodeRow>("one_time_codes").where({ digest }).first();
        await transaction<CodeRow>("one_time_codes").where({ digest }).orWhere("expires_at", "<=", now).delete();
        return row === undefined || Number(row.expires_at) <= now ? null : row.staff_id;
      }),
    consentsOf: async (staffId) =>
      (await database<ConsentRow>("consents").where({ staff_id: staffId }).orderBy(["given_at", "id"])).map(consentOf),
    withdraw: async (staffId, purpose, to, at) =>
      (await database<ConsentRow>("consents")
        .where({ staff_id: staffId, purpose })
        .whereNull("withdrawn_at")
        .update({ withdrawn_to: to, withdrawn_at: at })) > 0,
  };
}

function operatorOf(row: OperatorRow): Operator {
  const wards: unknown = row.wards === null ? null : JSON.parse(row.wards);
  return {
    number: row.number,
    staffId: row.staff_id,
    secretHash: row.secret_hash,
    wards: Array.isArray(wards) ? wards.map(String) : null,
    appointedBy: row.appointed_by,
    appointedAt: Number(row.appointed_at),
  };
}

const badgeOf = (row: BadgeRow): Badge => ({
  digest: row.digest,
  staffId: row.staff_id,
  kind: BADGE_KINDS.find((kind) => kind === row.kind) ?? "uid-only",
  enrolledBy: row.enrolled_by,
  enrolledAt: Number(row.enrolled_at),
});

const consentOf = (row: ConsentRow): Consent => ({
  id: row.id,
  staffId: row.staff_id,
  purpose: row.purpose,
  text: row.text,
  kiosk: row.kiosk,
  givenTo: row.given_to,
  givenAt: Number(row.given_at),
  withdrawnTo: row.withdrawn_to,
  withdrawnAt: timeOf(row.withdrawn_at),
});
