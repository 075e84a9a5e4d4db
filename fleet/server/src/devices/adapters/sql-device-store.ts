import { KioskReport } from "@wardkey/protocol/fleet";
import type { Database, Migration } from "../../platform/sql/database.js";
import type { DeviceStore, EnrolmentProof, Kiosk } from "../app/ports.js";

export const deviceMigrations: readonly Migration[] = [
  {
    name: "devices-1-kiosks",
    async up(database) {
      await database.schema.createTable("kiosks", (table) => {
        table.string("id", 63).primary();
        table.string("name", 80).notNullable();
        table.string("ward", 80).notNullable();
        table.binary("reader_public_key").notNullable();
        table.string("token_hash", 64).notNullable().unique();
        table.bigInteger("enrolled_at").notNullable();
        table.bigInteger("denied_at");
        table.bigInteger("last_seen_at");
        table.bigInteger("status_expires_at");
        table.text("report");
      });
      await database.schema.createTable("bootstrap_tokens", (table) => {
        table.string("token_hash", 64).primary();
        table.string("used_by", 63);
        table.bigInteger("used_at");
      });
    },
  },
];

type KioskRow = {
  id: string;
  name: string;
  ward: string;
  reader_public_key: Buffer;
  token_hash: string;
  enrolled_at: number;
  denied_at: number | null;
  last_seen_at: number | null;
  status_expires_at: number | null;
  report: string | null;
};
type BootstrapRow = { token_hash: string; used_by: string | null; used_at: number | null };

const SEEN_EVERY = 1_000;

export function createSqlDeviceStore(database: Database): DeviceStore {
  return {
    enrol: ({ proof, kiosk, tokenHash, at }) =>
      database.transaction(async (transaction) => {
        if (!(await proofHolds(transaction, proof, kiosk.id))) return "proof-refused";
        const known = await transaction<KioskRow>("kiosks").where({ id: kiosk.id }).first();
        if (known?.denied_at != null) return "denied";
        if (known !== undefined && !known.reader_public_key.equals(kiosk.readerPublicKey)) return "another-key";
        if (proof.kind === "bootstrap") {
          await transaction<BootstrapRow>("bootstrap_tokens")
            .where({ token_hash: proof.tokenHash })
            .update({ used_by: kiosk.id, used_at: at });
        }
        await transaction<KioskRow>("kiosks")
          .insert({
            id: kiosk.id,
            name: kiosk.name,
            ward: kiosk.ward,
            reader_public_key: Buffer.from(kiosk.readerPublicKey),
            token_hash: tokenHash,
            enrolled_at: at,
            last_seen_at: at,
          })
          .onConflict("id")
          .merge(["name", "ward", "token_hash", "last_seen_at"]);
        return "kept";
      }),
    async byToken(tokenHash) {
      const row = await database<KioskRow>("kiosks").where({ token_hash: tokenHash }).first();
      return row === undefined ? null : kioskOf(row);
    },
    kiosks: async () => (await database<KioskRow>("kiosks").orderBy("name")).map((row) => kioskOf(row)),
    async seen(id, at) {
      // A kiosk calls several times a second and each write waits for the disk: to the second is near enough.
      await database<KioskRow>("kiosks")
        .where({ id })
        .andWhere((either) => either.whereNull("last_seen_at").orWhere("last_seen_at", "<=", at - SEEN_EVERY))
        .update({ last_seen_at: at });
    },
    async report(id, report) {
      await database<KioskRow>("kiosks")
        .where({ id })
        .update({ report: JSON.stringify(report) });
    },
    async leased(id, statusExpiresAt) {
      await database<KioskRow>("kiosks").where({ id }).update({ status_expires_at: statusExpiresAt });
    },
    async deny(id, at) {
      return (await database<KioskRow>("kiosks").where({ id }).update({ denied_at: at })) > 0;
    },
    async offerBootstrap(tokenHash) {
      const known = await database<BootstrapRow>("bootstrap_tokens").where({ token_hash: tokenHash }).first();
      if (known === undefined) await database<BootstrapRow>("bootstrap_tokens").insert({ token_hash: tokenHash });
      return known?.used_at == null ? "open" : "spent";
    },
  };
}

async function proofHolds(transaction: Database, proof: EnrolmentProof, kiosk: string): Promise<boolean> {
  switch (proof.kind) {
    case "bootstrap": {
      const token = await transaction<BootstrapRow>("bootstrap_tokens").where({ token_hash: proof.tokenHash }).first();
      return token !== undefined && token.used_at === null;
    }
    case "kiosk": {
      const owner = await transaction<KioskRow>("kiosks").where({ token_hash: proof.tokenHash }).first();
      return owner?.id === kiosk;
    }
  }
}

const kioskOf = (row: KioskRow): Kiosk => ({
  id: row.id,
  name: row.name,
  ward: row.ward,
  readerPublicKey: Uint8Array.from(row.reader_public_key),
  enrolledAt: Number(row.enrolled_at),
  deniedAt: row.denied_at,
  lastSeenAt: row.last_seen_at,
  statusExpiresAt: row.status_expires_at,
  report: row.report === null ? null : KioskReport.parse(JSON.parse(row.report)),
});
