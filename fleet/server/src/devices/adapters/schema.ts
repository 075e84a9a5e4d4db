import type { Migration } from "../../platform/sql/database.js";

/** Kiosks of the first shift, with bearer tokens: their rows are carried over into the registry. */
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

/** Registry, shadows, commands, and what is retained downward. */
export const registryMigrations: readonly Migration[] = [
  {
    name: "devices-2-registry",
    async up(database) {
      await database.schema.createTable("devices", (table) => {
        table.string("id", 63).primary();
        table.string("name", 80).notNullable();
        table.string("ward", 80).notNullable().index();
        table.string("kind", 16).notNullable();
        table.text("tags").notNullable();
        table.string("state", 16).notNullable().index();
        table.string("reason", 64);
        table.bigInteger("added_at").notNullable();
        table.bigInteger("enrolled_at");
        table.bigInteger("changed_at").notNullable().index();
        table.integer("revision").notNullable();
      });
      await database.schema.createTable("device_shadows", (table) => {
        table.string("device", 63).primary();
        table.integer("online").notNullable();
        table.bigInteger("session");
        table.bigInteger("regressed_at");
        table.bigInteger("seen_at");
        table.text("reported");
        table.bigInteger("reported_at");
        table.bigInteger("reported_stamp");
        table.text("desired");
        table.bigInteger("desired_epoch").notNullable();
        table.bigInteger("desired_at");
        table.bigInteger("status_expires_at");
        table.bigInteger("command_epoch").notNullable().defaultTo(0);
      });
      await database.schema.createTable("device_commands", (table) => {
        table.string("request", 36).primary();
        table.string("device", 63).notNullable();
        table.string("command", 32).notNullable();
        table.string("by", 63).notNullable();
        table.bigInteger("at").notNullable();
        table.bigInteger("expires_at").notNullable();
        table.bigInteger("answered_at");
        table.integer("status");
        table.string("code", 64);
        table.index(["device", "at"]);
      });
      await database.schema.createTable("downlink_states", (table) => {
        table.string("topic", 255).primary();
        table.string("audience", 63).notNullable();
        table.string("kind", 16).notNullable();
        table.text("body").notNullable();
        table.bigInteger("epoch").notNullable();
        table.bigInteger("expires_in").notNullable();
        table.bigInteger("renew_at").notNullable().index();
      });
      // Kiosks of the first shift had bearer tokens and no identity: each asks for a ticket, and the denied stay denied.
      const kiosks: { id: string; name: string; ward: string; denied_at: number | null; enrolled_at: number }[] =
        await database("kiosks").select("id", "name", "ward", "denied_at", "enrolled_at");
      for (const { id, name, ward, denied_at, enrolled_at } of kiosks) {
        await database("devices").insert({
          id,
          name,
          ward,
          kind: "kiosk",
          tags: "[]",
          state: denied_at === null ? "awaiting" : "denied",
          reason: denied_at === null ? null : "denied-before",
          added_at: enrolled_at,
          enrolled_at: null,
          changed_at: denied_at ?? enrolled_at,
          revision: 1,
        });
      }
      await database.schema.dropTable("bootstrap_tokens");
      await database.schema.dropTable("kiosks");
    },
  },
];
