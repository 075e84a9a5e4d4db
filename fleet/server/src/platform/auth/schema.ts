import type { Migration } from "../sql/database.js";

/** WebAuthn 3 §4: a credential id has at most 1023 bytes, 1364 characters in base64url. */
const CREDENTIAL_ID = 1_364;

export const authMigrations: readonly Migration[] = [
  {
    name: "auth-1-administrators",
    async up(database) {
      await database.schema.createTable("administrators", (table) => {
        table.string("id", 63).primary();
        table.string("name", 80).notNullable();
        table.string("role", 20).notNullable();
        // An approval counts the role that its approver held when it was proposed.
        table.bigInteger("role_since").notNullable();
        table.bigInteger("created_at").notNullable();
        table.bigInteger("disabled_at");
        table.string("password_hash", 200);
        table.string("totp_sealed", 200);
        table.bigInteger("totp_step").notNullable().defaultTo(0);
      });
      await database.schema.createTable("passkeys", (table) => {
        table.string("id", CREDENTIAL_ID).primary();
        table.string("administrator", 63).notNullable().index();
        // One key, one person: a copied credential under another id would still be the same key.
        table.string("key_digest", 43).notNullable().unique();
        table.text("public_key").notNullable();
        table.bigInteger("counter").notNullable();
        table.string("transports", 200).notNullable();
        table.string("name", 80).notNullable();
        table.boolean("synced").notNullable();
        table.bigInteger("added_at").notNullable();
        table.bigInteger("used_at");
      });
      await database.schema.createTable("ceremonies", (table) => {
        table.string("challenge", 43).primary();
        table.string("purpose", 24).notNullable();
        table.string("subject", 80).notNullable();
        table.bigInteger("expires_at").notNullable().index();
      });
      await database.schema.createTable("sessions", (table) => {
        table.string("hash", 43).primary();
        table.uuid("id").notNullable().unique();
        table.string("administrator", 63).notNullable().index();
        table.string("means", 12).notNullable();
        table.string("browser", 200).notNullable();
        table.bigInteger("created_at").notNullable();
        table.bigInteger("used_at").notNullable();
        table.bigInteger("ends_at").notNullable();
      });
      await database.schema.createTable("api_tokens", (table) => {
        table.string("hash", 43).primary();
        table.uuid("id").notNullable().unique();
        table.string("administrator", 63).notNullable().index();
        table.string("name", 80).notNullable();
        table.string("role", 20).notNullable();
        table.bigInteger("created_at").notNullable();
        table.bigInteger("expires_at").notNullable();
        table.bigInteger("used_at");
      });
      await database.schema.createTable("invitations", (table) => {
        table.uuid("id").primary();
        table.string("hash", 43).unique();
        table.string("kind", 12).notNullable();
        table.string("administrator", 63);
        table.string("name", 80);
        table.string("role", 20).notNullable();
        table.string("invited_by", 63).notNullable();
        table.bigInteger("created_at").notNullable();
        table.bigInteger("expires_at").notNullable();
      });
      await database.schema.createTable("sign_in_failures", (table) => {
        table.string("subject", 120).primary();
        table.integer("failures").notNullable();
        table.bigInteger("locked_until").notNullable();
      });
    },
  },
  {
    name: "auth-2-approvals",
    async up(database) {
      await database.schema.createTable("approvals", (table) => {
        table.uuid("id").primary();
        table.string("kind", 63).notNullable();
        table.text("args").notNullable();
        table.string("nonce", 43).notNullable();
        table.string("digest", 43).notNullable().unique();
        table.text("summary").notNullable();
        table.string("proposer", 63).notNullable();
        table.integer("needs").notNullable();
        table.string("state", 12).notNullable().index();
        table.bigInteger("proposed_at").notNullable();
        table.bigInteger("expires_at").notNullable();
        table.bigInteger("decided_at");
        table.string("decided_by", 63);
        table.bigInteger("leased_until").notNullable().defaultTo(0);
        table.integer("attempts").notNullable().defaultTo(0);
        table.string("code", 63);
        table.text("result");
      });
      await database.schema.createTable("approval_votes", (table) => {
        table.uuid("approval").notNullable();
        table.string("administrator", 63).notNullable();
        table.string("key_digest", 43).notNullable();
        table.text("assertion").notNullable();
        table.bigInteger("at").notNullable();
        table.primary(["approval", "administrator"]);
        table.unique(["approval", "key_digest"]);
      });
    },
  },
];
