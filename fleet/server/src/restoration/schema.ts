import type { Migration } from "../platform/sql/database.js";

export const restorationMigrations: readonly Migration[] = [
  {
    name: "restoration-1",
    async up(database) {
      await database.schema.createTable("restorations", (table) => {
        table.string("id", 36).primary();
        table.bigInteger("made_at").notNullable();
        table.bigInteger("restored_at").notNullable();
        table.bigInteger("epochs").notNullable();
        table.bigInteger("events").notNullable();
        table.bigInteger("era").notNullable();
        table.bigInteger("policy_floor").notNullable();
        table.bigInteger("deny_after").notNullable();
        table.bigInteger("deny_before").notNullable();
        table.boolean("recorded").notNullable();
        table.bigInteger("reviewed_at");
      });
    },
  },
];

export interface RestorationRow {
  id: string;
  made_at: number;
  restored_at: number;
  epochs: number;
  events: number;
  era: number;
  policy_floor: number;
  deny_after: number;
  deny_before: number;
  recorded: boolean | number;
  reviewed_at: number | null;
}
