import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { type Database, type DatabaseTarget, type Migration, openDatabase } from "../database.js";

export interface TestDatabase {
  readonly target: DatabaseTarget;
  readonly database: Database;
  /** Closes and opens again, as a restart of the server does. */
  reopen(): Promise<Database>;
  remove(): Promise<void>;
}

/**
 * A fresh SQLite file; with WARDKEY_TEST_POSTGRES (a URL without password) a fresh schema in that PostgreSQL, so that
 * the same test runs on both.
 */
export async function testDatabase(migrations: readonly Migration[]): Promise<TestDatabase> {
  const url = process.env["WARDKEY_TEST_POSTGRES"];
  return url === undefined || url === "" ? sqliteDatabase(migrations) : postgresDatabase(url, migrations);
}

/** For what only a file can show: locks, full disks, bytes changed in place. */
export async function sqliteDatabase(migrations: readonly Migration[]): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), "wardkey-sql-"));
  const target = { kind: "sqlite", path: join(folder, "site.db") } as const;
  return testing(target, migrations, () => rm(folder, { recursive: true, force: true }));
}

async function postgresDatabase(url: string, migrations: readonly Migration[]): Promise<TestDatabase> {
  const schema = `test_${randomBytes(8).toString("hex")}`;
  const run = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  await run(`create schema ${schema}`);
  return testing({ kind: "postgres", url, schema }, migrations, () => run(`drop schema ${schema} cascade`));
}

async function testing(
  target: DatabaseTarget,
  migrations: readonly Migration[],
  drop: () => Promise<void>,
): Promise<TestDatabase> {
  let database = await openDatabase(target, migrations);
  return {
    target,
    get database() {
      return database;
    },
    async reopen() {
      await database.destroy();
      database = await openDatabase(target, migrations);
      return database;
    },
    async remove() {
      await database.destroy();
      await drop();
    },
  };
}
