import type { Migration } from "../../platform/sql/database.js";

export const nudgeMigrations: readonly Migration[] = [
  {
    name: "nudge-1-counts",
    async up(database) {
      // By ward and hour alone: no row of it knows a person.
      await database.schema.createTable("nudge_counts", (table) => {
        table.string("ward", 80).notNullable();
        table.bigInteger("hour").notNullable();
        table.string("what", 90).notNullable();
        table.bigInteger("count").notNullable();
        table.primary(["ward", "hour", "what"]);
        table.index(["hour", "ward", "what", "count"], "nudge_counts_by_hour");
      });
      // How far each device's journal was counted: an event that arrives twice counts once.
      await database.schema.createTable("nudge_cursors", (table) => {
        table.string("device", 63).primary();
        table.bigInteger("seq").notNullable();
      });
      // How many people a ward has, under names that are of no use elsewhere.
      await database.schema.createTable("nudge_members", (table) => {
        table.string("ward", 80).notNullable();
        table.string("person", 22).notNullable();
        table.bigInteger("week").notNullable();
        table.primary(["ward", "person"]);
        table.index(["week"], "nudge_members_by_week");
      });
      // A week at most: what caps need.
      await database.schema.createTable("nudge_people", (table) => {
        table.string("staff_id", 63).primary();
        table.text("state").notNullable();
        table.bigInteger("changed").notNullable();
        table.index(["changed"], "nudge_people_by_age");
      });
      await database.schema.createTable("nudge_settings", (table) => {
        table.integer("id").primary();
        table.text("programme").notNullable();
        table.string("salt", 43).notNullable();
      });
      await database.schema.createTable("nudge_trials", (table) => {
        table.string("id", 36).primary();
        table.text("trial").notNullable();
        table.bigInteger("starts_at").notNullable();
        table.index(["starts_at"], "nudge_trials_by_start");
      });
    },
  },
  {
    name: "nudge-2-programme-version",
    async up(database) {
      await database.schema.alterTable("nudge_settings", (table) => {
        table.integer("version").notNullable().defaultTo(0);
      });
    },
  },
  {
    // Within a week people who worked before a trial began could be taken for people of it.
    name: "nudge-3-members-by-day",
    async up(database) {
      await database.schema.alterTable("nudge_members", (table) => {
        table.bigInteger("day").notNullable().defaultTo(0);
        table.index(["day"], "nudge_members_by_day");
      });
      await database("nudge_members").update({ day: database.raw("?? * 7", ["week"]) });
    },
  },
];
