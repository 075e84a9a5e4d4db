import type { Knex } from "knex";
import type { Migration } from "../../platform/sql/database.js";
import { isPostgres } from "../../platform/sql/dialects.js";
import { searchMigrations } from "./search-schema.js";

const PAGE = 500;

export const auditMigrations: readonly Migration[] = [
  {
    name: "audit-1-journal",
    async up(database) {
      await database.schema.createTable("journal_entries", (table) => {
        table.string("kiosk", 63).notNullable();
        table.integer("seq").notNullable();
        table.string("id", 36).notNullable();
        table.bigInteger("at").notNullable();
        table.string("kind", 64).notNullable();
        table.text("body").notNullable();
        table.string("hash", 43).notNullable();
        table.increments("arrival");
        table.unique(["kiosk", "seq"]);
        table.unique(["kiosk", "id"]);
      });
      await database.schema.createTable("journal_heads", (table) => {
        table.string("kiosk", 63).primary();
        table.integer("seq").notNullable();
        table.string("hash", 43).notNullable();
        table.string("broken_code", 64);
        table.integer("broken_seq");
        table.bigInteger("broken_at");
      });
    },
  },
  {
    name: "audit-2-log",
    async up(database) {
      await createEntries(database, "journal_entries_2");
      await carryOver(database, "journal_entries_2");
      await database.schema.dropTable("journal_entries");
      await database.schema.renameTable("journal_entries_2", "journal_entries");
      await createLog(database);
      await carryBreaks(database);
    },
  },
  ...searchMigrations,
];

async function createEntries(database: Knex, name: string): Promise<void> {
  await database.schema.createTable(name, (table) => {
    // SQLite keeps rows in the order of an INTEGER PRIMARY KEY, and needs no further index for it.
    const leaf = isPostgres(database) ? table.bigInteger("leaf") : table.integer("leaf");
    leaf.notNullable().primary();
    table.string("source", 63).notNullable();
    table.bigInteger("seq").notNullable();
    table.string("id", 36).notNullable();
    table.bigInteger("at").notNullable();
    table.string("kind", 64).notNullable();
    table.text("body").notNullable();
    table.string("hash", 43).notNullable();
    table.unique(["source", "seq"]);
    table.unique(["source", "id"]);
  });
}

/** The journals of a site that had no log enter it in the order of their arrival. */
async function carryOver(database: Knex, into: string): Promise<void> {
  let arrival = 0;
  let leaf = 0;
  for (;;) {
    const rows = await database("journal_entries").where("arrival", ">", arrival).orderBy("arrival").limit(PAGE);
    if (rows.length === 0) return;
    const moved = rows.map(({ arrival: _arrival, kiosk, ...row }) => ({ ...row, source: kiosk, leaf: leaf++ }));
    await database.batchInsert(into, moved, 100);
    arrival = rows.at(-1).arrival;
  }
}

async function carryBreaks(database: Knex): Promise<void> {
  const rows = await database("journal_heads").whereNotNull("broken_code");
  for (const { kiosk, broken_code, broken_seq, broken_at } of rows) {
    await database("audit_alarms").insert({ source: kiosk, code: broken_code, seq: broken_seq, at: broken_at });
  }
}

async function createLog(database: Knex): Promise<void> {
  await database.schema.createTable("log_state", (table) => {
    table.integer("id").primary();
    table.bigInteger("size").notNullable();
    table.binary("peaks").notNullable();
  });
  await database.schema.createTable("log_tiles", (table) => {
    table.integer("level").notNullable();
    table.bigInteger("index").notNullable();
    table.binary("hashes").notNullable();
    table.primary(["level", "index"]);
  });
  await database.schema.createTable("tree_heads", (table) => {
    table.bigInteger("size").primary();
    table.string("root", 43).notNullable();
    table.bigInteger("at").notNullable();
    table.text("jws").notNullable();
  });
  await database.schema.createTable("checkpoints", (table) => {
    table.string("device", 63).notNullable();
    table.string("id", 36).notNullable();
    table.bigInteger("seq").notNullable();
    table.string("head", 43).notNullable();
    table.bigInteger("issued_at").notNullable();
    table.string("code", 64);
    table.text("jws").notNullable();
    table.primary(["device", "id"]);
    table.index(["device", "issued_at"]);
  });
  await database.schema.createTable("audit_alarms", (table) => {
    table.string("source", 63).notNullable();
    table.string("code", 64).notNullable();
    table.bigInteger("seq").notNullable();
    table.bigInteger("at").notNullable();
    table.primary(["source", "code"]);
  });
}
