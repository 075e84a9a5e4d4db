import type { Migration } from "../../platform/sql/database.js";
import { searchKeyOf } from "./sql-people.js";

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
  {
    name: "staff-2-directory",
    async up(database) {
      await database.schema.alterTable("people", (table) => {
        table.string("hr_id", 64);
        table.string("source", 63).notNullable().defaultTo("kiosk");
        table.string("employment", 20).notNullable().defaultTo("staff");
        table.string("search_key", 200).notNullable().defaultTo("");
        table.bigInteger("ends_at");
        table.bigInteger("left_at");
        table.bigInteger("erase_after");
        table.bigInteger("erased_at");
        table.bigInteger("suspended_at");
        table.string("reason", 40);
        table.bigInteger("phone_lost_at");
        // Wanted and applied on the deny-list: what differs is tried again until it does not.
        table.integer("ban_wanted").notNullable().defaultTo(0);
        table.integer("ban_applied").notNullable().defaultTo(0);
        table.bigInteger("lift_after");
        table.unique(["hr_id"]);
        table.index(["search_key"]);
        table.index(["ends_at"]);
        table.index(["erase_after"]);
      });
      await database("people").whereNotNull("denied_at").update({ ban_wanted: 1, ban_applied: 1 });
      for (const { staff_id, given_name, family_name } of await database("people")) {
        const search_key = searchKeyOf({ givenName: given_name, familyName: family_name, hrId: null });
        await database("people").where({ staff_id }).update({ search_key });
      }
      await database.schema.alterTable("wallets", (table) => {
        table.integer("face").notNullable().defaultTo(1);
        table.index(["expires_at"]);
      });
      await database.schema.alterTable("enrolments", (table) => {
        table.string("purpose", 20).notNullable().defaultTo("first");
        table.string("operator", 63).notNullable().defaultTo("");
        table.string("second_operator", 63);
        table.string("consent", 40);
        table.integer("face").notNullable().defaultTo(1);
      });
      await database.schema.createTable("person_wards", (table) => {
        table.string("staff_id", 63).notNullable();
        table.string("ward", 80).notNullable();
        table.primary(["staff_id", "ward"]);
        table.index(["ward"]);
      });
      await database.schema.createTable("staff_revision", (table) => {
        table.integer("id").primary();
        table.bigInteger("revision").notNullable();
      });
      await database("staff_revision").insert({ id: 1, revision: 1 });
      await createSecretTables(database);
      const old = await database<{ kiosk: string; failures: number; locked_until: number }>("operator_guesses");
      for (const { kiosk, failures, locked_until } of old) {
        await database("guesses").insert({ key: `kiosk ${kiosk}`, failures, locked_until, at: locked_until });
      }
      await database.schema.dropTable("operator_guesses");
    },
  },
  {
    name: "staff-3-enrolment-quality",
    async up(database) {
      await database.schema.alterTable("wallets", (table) => {
        // 0 to 100; null without a face, and for those enrolled before kiosks measured it.
        table.integer("quality");
      });
    },
  },
];

async function createSecretTables(database: Parameters<Migration["up"]>[0]): Promise<void> {
  await database.schema.createTable("guesses", (table) => {
    table.string("key", 140).primary();
    table.integer("failures").notNullable();
    table.bigInteger("locked_until").notNullable();
    table.bigInteger("at").notNullable();
  });
  await database.schema.createTable("operators", (table) => {
    table.integer("number").primary();
    table.string("staff_id", 63).notNullable().unique();
    table.string("secret_hash", 200).notNullable();
    // JSON; null: every ward.
    table.string("wards", 4000);
    table.string("appointed_by", 63).notNullable();
    table.bigInteger("appointed_at").notNullable();
  });
  await database.schema.createTable("badges", (table) => {
    // Keyed: a stolen database clones no badge.
    table.string("digest", 64).primary();
    table.string("staff_id", 63).notNullable().index();
    table.string("kind", 20).notNullable();
    table.string("enrolled_by", 63).notNullable();
    table.bigInteger("enrolled_at").notNullable();
  });
  await database.schema.createTable("pins", (table) => {
    table.string("staff_id", 63).primary();
    table.string("secret_hash", 200).notNullable();
    table.string("set_by", 63).notNullable();
    table.bigInteger("set_at").notNullable();
  });
  await database.schema.createTable("one_time_codes", (table) => {
    table.string("digest", 64).primary();
    table.string("staff_id", 63).notNullable().index();
    table.string("issued_by", 63).notNullable();
    table.bigInteger("expires_at").notNullable();
  });
  await database.schema.createTable("consents", (table) => {
    table.string("id", 36).primary();
    table.string("staff_id", 63).notNullable().index();
    table.string("purpose", 20).notNullable();
    table.string("text", 40).notNullable();
    table.string("kiosk", 63).notNullable();
    table.string("given_to", 63).notNullable();
    table.bigInteger("given_at").notNullable();
    table.string("withdrawn_to", 63);
    table.bigInteger("withdrawn_at");
  });
  await database.schema.createTable("import_plans", (table) => {
    table.string("id", 36).primary();
    table.string("source", 63).notNullable();
    table.bigInteger("made_at").notNullable();
    table.string("made_by", 63).notNullable();
    table.bigInteger("revision").notNullable();
    table.text("plan").notNullable();
    table.bigInteger("applied_at");
  });
}
