import type { Database, Migration } from "../../platform/sql/database.js";

export const pkiMigrations: readonly Migration[] = [
  {
    name: "pki-1-issue-log",
    async up(database) {
      await database.schema.createTable("certificates", (table) => {
        table.string("serial", 40).primary();
        table.string("usage", 16).notNullable();
        table.string("subject", 160).notNullable();
        table.string("kiosk", 63).index();
        table.bigInteger("not_before").notNullable();
        table.bigInteger("not_after").notNullable();
        table.bigInteger("issued_at").notNullable();
        table.binary("der").notNullable();
      });
      // The epoch of a denial is its row: it only grows, and no two denials share one.
      await database.schema.createTable("denials", (table) => {
        table.increments("epoch");
        table.string("kiosk", 63);
        table.string("staff_id", 63);
        table.bigInteger("at").notNullable();
      });
    },
  },
  {
    name: "pki-2-identities",
    async up(database) {
      await database.schema.alterTable("certificates", (table) => {
        table.string("profile", 16);
        table.string("issuer", 40);
        table.string("key_digest", 43);
      });
      await database.schema.alterTable("denials", (table) => {
        table.string("kind", 20);
        table.string("whom", 63);
      });
      await nameDenials(database);
      await database.schema.createTable("tickets", (table) => {
        table.string("token_digest", 43).primary();
        table.string("device", 63).notNullable().index();
        table.string("profile", 16).notNullable();
        table.bigInteger("issued_at").notNullable();
        table.bigInteger("expires_at").notNullable();
        table.string("key_digest", 43);
        table.string("serial", 40);
      });
    },
  },
  {
    name: "pki-3-look-ups",
    async up(database) {
      // A device renews twice a day for years: its newest certificate must not cost a walk through all of them.
      await database.schema.alterTable("certificates", (table) => {
        table.index(["kiosk", "usage", "issued_at"], "certificates_newest");
        table.index(["usage", "not_after"], "certificates_living");
      });
    },
  },
];

export interface CertificateRow {
  serial: string;
  usage: string;
  subject: string;
  kiosk: string | null;
  profile: string | null;
  issuer: string | null;
  key_digest: string | null;
  not_before: number;
  not_after: number;
  issued_at: number;
  der: Buffer;
}

export interface TicketRow {
  token_digest: string;
  device: string;
  profile: string;
  issued_at: number;
  expires_at: number;
  key_digest: string | null;
  serial: string | null;
}

export interface DenialRow {
  epoch: number;
  kind: string | null;
  whom: string | null;
  at: number;
}

async function nameDenials(database: Database): Promise<void> {
  const name = (column: string, kind: string): Promise<unknown> =>
    database("denials")
      .whereNotNull(column)
      .update({ kind, whom: database.ref(column) });
  await name("kiosk", "device");
  await name("staff_id", "holder");
}
