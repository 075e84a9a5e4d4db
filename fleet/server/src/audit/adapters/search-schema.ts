import type { Knex } from "knex";
import type { Migration } from "../../platform/sql/database.js";
import { isPostgres } from "../../platform/sql/dialects.js";

/** By what events are found: derived from them, and never what a proof is about. */
export const searchMigrations: readonly Migration[] = [
  {
    name: "audit-3-search",
    async up(database) {
      await createPeople(database);
      for (const key of ["staffId", "second", "by", "admin"]) await fillPeople(database, key);
      await database.schema.alterTable("journal_entries", (table) => {
        table.index(["at", "leaf"], "journal_entries_time");
        table.index(["kind", "at", "leaf"], "journal_entries_kind");
        table.index(["source", "at", "leaf"], "journal_entries_source");
      });
    },
  },
];

async function createPeople(database: Knex): Promise<void> {
  if (isPostgres(database)) {
    await database.schema.createTable("event_people", (table) => {
      table.string("person", 63).notNullable();
      table.bigInteger("at").notNullable();
      table.bigInteger("leaf").notNullable();
      table.primary(["person", "at", "leaf"]);
    });
    return;
  }
  // The key is the whole row: kept once, in its order.
  await database.raw(
    "create table event_people (person varchar(63) not null, at bigint not null, leaf integer not null, primary key (person, at, leaf)) without rowid",
  );
}

/** For the events that were there before: what `mentioned` reads of each new one. */
async function fillPeople(database: Knex, key: string): Promise<void> {
  const value = isPostgres(database) ? "body::jsonb ->> ?" : "json_extract(body, '$.' || ?)";
  await database.raw(
    `insert into event_people (person, at, leaf)
     select ${value}, at, leaf from journal_entries
     where ${value} is not null and ${value} not in ('fleet', 'machine') on conflict do nothing`,
    [key, key, key],
  );
}
