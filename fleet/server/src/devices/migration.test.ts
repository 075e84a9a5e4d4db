import { afterEach, describe, expect, it } from "vitest";
import { openDatabase } from "../platform/sql/database.js";
import { type TestDatabase, testDatabase } from "../platform/sql/testing/test-database.js";
import { deviceMigrations, registryMigrations } from "./adapters/schema.js";
import { createSqlRegistryStore } from "./adapters/sql-registry-store.js";

let old: TestDatabase;
afterEach(() => old.remove());

describe("kiosks of the first shift", () => {
  it("wait for a ticket in the registry, and the denied among them stay denied", async () => {
    old = await testDatabase(deviceMigrations);
    const kiosk = (id: string, denied_at: number | null) => ({
      ...{ id, name: `Bed ${id}`, ward: "Ward 3B", reader_public_key: Buffer.from("key"), token_hash: id },
      ...{ enrolled_at: 5, denied_at },
    });
    await old.database("kiosks").insert([kiosk("bed-7", null), kiosk("bed-8", 9)]);
    const database = await openDatabase(old.target, [...deviceMigrations, ...registryMigrations]);
    const common = { ward: "Ward 3B", kind: "kiosk", tags: [], addedAt: 5, enrolledAt: null, revision: 1 };
    expect(await createSqlRegistryStore(database).all()).toEqual([
      { ...common, id: "bed-7", name: "Bed bed-7", state: "awaiting", reason: null, changedAt: 5 },
      { ...common, id: "bed-8", name: "Bed bed-8", state: "denied", reason: "denied-before", changedAt: 9 },
    ]);
    expect([await database.schema.hasTable("kiosks"), await database.schema.hasTable("bootstrap_tokens")]).toEqual([
      false,
      false,
    ]);
    await database.destroy();
  });
});
