import type { Migration } from "../../platform/sql/database.js";

export const staffMigrations: readonly Migration[] = [
  {
    name: "staff-1-people",
    async up(database) {
      await database.schema.createTable("people", (table) => {
        table.string("staff_id", 63).primary();
        table.string("given_name", 40).notNullable();
        table.string("family_name", 40).notNullable();
        table.string("role", 40).notNullable();
        table.bigInteger("created_at").notNullable();
        table.bigInteger("denied_at");
      });
      await database.schema.createTable("wallets", (table) => {
        table.string("staff_id", 63).notNullable().references("people.staff_id");
        table.integer("epoch").notNullable();
        table.binary("holder_public_key").notNullable();
        table.binary("template_digest").notNullable();
        table.binary("transcript").notNullable();
        table.binary("credential").notNullable();
        // Sealed; null once the person was denied or the epoch replaced.
        table.binary("sealed_template_key");
        table.binary("sealed_eid_key");
        table.string("kiosk", 63).notNullable();
        table.bigInteger("issued_at").notNullable();
        table.bigInteger("expires_at").notNullable();
        table.primary(["staff_id", "epoch"]);
        table.unique(["holder_public_key"]);
      });
      await database.schema.createTable("enrolments", (table) => {
        table.string("id", 36).primary();
        table.string("kiosk", 63).notNullable();
        table.string("staff_id", 63).notNullable();
        table.string("given_name", 40).notNullable();
        table.string("family_name", 40).notNullable();
        table.integer("epoch").notNullable();
        table.binary("sealed_template_key");
        table.bigInteger("expires_at").notNullable();
        table.bigInteger("used_at");
      });
      await database.schema.createTable("operator_guesses", (table) => {
        table.string("kiosk", 63).primary();
        table.integer("failures").notNullable();
        table.bigInteger("locked_until").notNullable();
      });
    },
  },
];

export type PersonRow = {
  staff_id: string;
  given_name: string;
  family_name: string;
  role: string;
  created_at: number;
  denied_at: number | null;
};

export type WalletRow = {
  staff_id: string;
  epoch: number;
  holder_public_key: Buffer;
  template_digest: Buffer;
  transcript: Buffer;
  credential: Buffer;
  sealed_template_key: Buffer | null;
  sealed_eid_key: Buffer | null;
  kiosk: string;
  issued_at: number;
  expires_at: number;
};

export type EnrolmentRow = {
  id: string;
  kiosk: string;
  staff_id: string;
  given_name: string;
  family_name: string;
  epoch: number;
  sealed_template_key: Buffer | null;
  expires_at: number;
  used_at: number | null;
};

export type GuessRow = { kiosk: string; failures: number; locked_until: number };
