import type { Migration } from "../platform/sql/database.js";

export const peripheralMigrations: readonly Migration[] = [
  {
    name: "peripherals-1",
    async up(database) {
      await database.schema.createTable("profile_bundles", (table) => {
        table.string("digest", 43).primary();
        table.bigInteger("version").notNullable();
        table.text("content").notNullable();
        table.string("by", 63).notNullable();
        table.bigInteger("proposed_at").notNullable();
        table.text("signed");
        table.bigInteger("published_at");
      });
    },
  },
];

/** A proposal, and once people have approved it what was signed. */
export interface ProfileBundleRow {
  digest: string;
  version: number;
  content: string;
  by: string;
  proposed_at: number;
  signed: string | null;
  published_at: number | null;
}
