import sqlite3 from "sqlite3";
import { afterEach, describe, expect, it } from "vitest";
import { exclusively, type Migration, openDatabase } from "./database.js";
import { sqliteDatabase, type TestDatabase, testDatabase } from "./testing/test-database.js";

const migrations: readonly Migration[] = [
  {
    name: "test-1",
    async up(database) {
      await database.schema.createTable("things", (table) => {
        table.increments("id");
        table.string("name", 63).notNullable().unique();
        table.bigInteger("at").notNullable();
        table.boolean("good").notNullable().defaultTo(false);
        table.binary("bytes");
      });
    },
  },
];
type Thing = { id: number; name: string; at: number; good: boolean; bytes: Buffer | null };
const BIG = 8_640_000_000_000_000;

let opened: TestDatabase[] = [];
const fresh = async (make = testDatabase): Promise<TestDatabase> => {
  const made = await make(migrations);
  opened.push(made);
  return made;
};
afterEach(async () => {
  for (const one of opened) await one.remove();
  opened = [];
});
const codeOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "done",
    (error: { code: string }) => error.code,
  );

describe("the site's database", () => {
  it("gives numbers, bytes and keys alike on every kind", async () => {
    const { database } = await fresh();
    const [made] = await database<Thing>("things")
      .insert({ name: "a", at: BIG, good: true, bytes: Buffer.from([0, 255]) })
      .returning(["id", "at"]);
    expect(made).toEqual({ id: 1, at: BIG });
    const row = await database<Thing>("things").first();
    expect({ ...row, good: Boolean(row?.good) }).toEqual({
      id: 1,
      name: "a",
      at: BIG,
      good: true,
      bytes: Buffer.from([0, 255]),
    });
    expect(await database("things").max({ at: "at" }).count({ count: "*" }).first()).toEqual({ at: BIG, count: 1 });
  });

  it("upserts, and codes a row that is there already", async () => {
    const { database } = await fresh();
    await database("things").insert({ name: "a", at: 1 });
    await database("things").insert({ name: "a", at: 2 }).onConflict("name").merge(["at"]);
    await database("things").insert({ name: "a", at: 3 }).onConflict("name").ignore();
    expect(await database<Thing>("things").select("name", "at")).toEqual([{ name: "a", at: 2 }]);
    expect(await codeOf(database("things").insert({ name: "a", at: 4 }))).toBe("database-conflict");
  });

  it("keeps what was committed over a restart, and nothing of what was not", async () => {
    const test = await fresh();
    await test.database("things").insert({ name: "a", at: 1 });
    const undone = test.database.transaction(async (transaction) => {
      await transaction("things").insert({ name: "b", at: 1 });
      throw new Error("undone");
    });
    await expect(undone).rejects.toThrow("undone");
    expect(await (await test.reopen())("things").pluck("name")).toEqual(["a"]);
  });

  it("lets nothing of the same name run beside exclusive work", async () => {
    const { database } = await fresh();
    await database("things").insert({ name: "counter", at: 0 });
    const count = (): Promise<void> =>
      exclusively(database, "counter", async (transaction) => {
        const row = await transaction<Thing>("things").first();
        await transaction("things").update({ at: (row?.at ?? 0) + 1 });
      });
    await Promise.all(Array.from({ length: 12 }, count));
    expect(await database("things").pluck("at")).toEqual([12]);
  });

  it("never says a bound value in an error", async () => {
    const { database } = await fresh();
    const error = await database("things")
      .insert({ name: "anna-rossi", at: null })
      .catch((refused: Error) => refused);
    expect(JSON.stringify([String(error), error])).not.toContain("anna-rossi");
  });

  it("is not opened by an older version than the one that made it", async () => {
    const { target } = await fresh();
    await expect(openDatabase(target, [])).rejects.toMatchObject({ code: "database-newer" });
  });

  it("takes no password in a URL", async () => {
    const target = { kind: "postgres", url: "postgres://ward:secret@localhost/x" } as const;
    await expect(openDatabase(target, [])).rejects.toMatchObject({ code: "config-invalid" });
  });

  it("says when no server answers", async () => {
    const target = { kind: "postgres", url: "postgres://ward@127.0.0.1:1/x" } as const;
    await expect(openDatabase(target, [])).rejects.toMatchObject({ code: "database-unreachable" });
  });
});

describe("a SQLite file in trouble", () => {
  it("is coded when full, and keeps what it has", async () => {
    const { database } = await fresh(sqliteDatabase);
    await database("things").insert({ name: "kept", at: 1 });
    const [{ page_count: pages }] = await database.raw("PRAGMA page_count");
    await database.raw(`PRAGMA max_page_count = ${pages}`);
    const large = { name: "large", at: 1, bytes: Buffer.alloc(64 * 1024) };
    expect(await codeOf(database("things").insert(large))).toBe("database-full");
    expect(await codeOf(database.transaction((transaction) => transaction("things").insert(large)))).toBe(
      "database-full",
    );
    expect(await database("things").pluck("name")).toEqual(["kept"]);
  });

  it("is coded when another program holds it", async () => {
    const test = await fresh(sqliteDatabase);
    if (test.target.kind !== "sqlite") throw new Error("not a file");
    await test.database.raw("PRAGMA busy_timeout = 10");
    const other = new sqlite3.Database(test.target.path);
    const run = (sql: string): Promise<void> =>
      new Promise((resolve, reject) => other.exec(sql, (error) => (error ? reject(error) : resolve())));
    await run("BEGIN IMMEDIATE");
    expect(await codeOf(test.database("things").insert({ name: "a", at: 1 }))).toBe("database-locked");
    await run("ROLLBACK");
    expect(await codeOf(test.database("things").insert({ name: "a", at: 1 }))).toBe("done");
    await new Promise((resolve) => other.close(resolve));
  });

  it("is coded when it may not be written or is no database", async () => {
    const test = await fresh(sqliteDatabase);
    await test.database.raw("PRAGMA query_only = 1");
    expect(await codeOf(test.database("things").insert({ name: "a", at: 1 }))).toBe("database-read-only");
    await expect(openDatabase("/nowhere/at/all/site.db", [])).rejects.toMatchObject({ code: "database-unreachable" });
    await expect(openDatabase(import.meta.filename, [])).rejects.toMatchObject({ code: "database-damaged" });
  });
});
