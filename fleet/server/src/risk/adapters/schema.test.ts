import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDatabase } from "../../platform/sql/database.js";
import { type TestDatabase, testDatabase } from "../../platform/sql/testing/test-database.js";
import { createSqlRiskStore, riskMigrations } from "../index.js";

let test: TestDatabase;
beforeEach(async () => {
  test = await testDatabase(riskMigrations.slice(0, 1));
});
afterEach(() => test.remove());

describe("a site that kept odd hours of single people", () => {
  it("forgets them, and keeps what was seen at devices", async () => {
    const seen = (name: "odd-hours" | "unlocked-screen", at: string) => ({ name, at, rate: 3, asOf: 1 });
    const kept = [seen("odd-hours", "person:anna"), seen("unlocked-screen", "device:bed-7")];
    await createSqlRiskStore(test.database).keepBehaviours(kept);
    const after = await openDatabase(test.target, riskMigrations);
    expect(await createSqlRiskStore(after).behaviours()).toEqual(kept.slice(1));
    await after.destroy();
  });
});
