import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../platform/sql/testing/test-database.js";
import { biometricsMigrations, createSqlDriftStore } from "./sql-drift-store.js";

let made: TestDatabase;
beforeEach(async () => {
  made = await testDatabase(biometricsMigrations);
});
afterEach(() => made.remove());

describe("the table of counts", () => {
  it("keeps what a kiosk told once, and gives it back without the kiosk", async () => {
    const store = createSqlDriftStore(made.database);
    const counts = Array.from({ length: 20 }, (_, bin) => bin * 10);
    const entry = { kiosk: "bed-7", seq: 4, day: 20_700, branch: "bare", outcome: "matched", counts } as const;
    await store.add(entry);
    await store.add({ ...entry, day: 1 });
    await store.add({ ...entry, seq: 5, outcome: "refused" });
    expect((await store.all()).toSorted((one, other) => (one.outcome < other.outcome ? -1 : 1))).toEqual([
      { day: 20_700, branch: "bare", outcome: "matched", counts },
      { day: 20_700, branch: "bare", outcome: "refused", counts },
    ]);
  });
});
