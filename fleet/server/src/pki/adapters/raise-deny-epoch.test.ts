import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../platform/sql/testing/test-database.js";
import { DenyList } from "../domain/denials.js";
import { raiseDenyEpoch } from "./raise-deny-epoch.js";
import { pkiMigrations } from "./schema.js";
import { createSqlDecisions } from "./sql-decisions.js";

let storage: TestDatabase;
beforeEach(async () => {
  storage = await testDatabase(pkiMigrations);
});
afterEach(() => storage.remove());

describe("raising the deny epoch", () => {
  it("denies and readmits nobody, and the next denial is above it", async () => {
    const decisions = createSqlDecisions(storage.database);
    await decisions.append([
      { kind: "holder", whom: "anna", at: 1 },
      { kind: "device", whom: "bed-7", at: 2 },
    ]);
    const raised = await storage.database.transaction((transaction) => raiseDenyEpoch(transaction, 250_000, 3));
    expect(raised).toEqual({ after: 2, before: 250_002 });
    await decisions.append([{ kind: "holder", whom: "bruno", at: 4 }]);
    const list = new DenyList();
    for (const decision of await decisions.after(0)) list.apply(decision);
    expect({
      epoch: list.epoch,
      holders: list.holders().map(({ whom }) => whom),
      devices: list.devices().map(({ whom }) => whom),
      serials: list.serials(),
    }).toEqual({ epoch: 250_003, holders: ["bruno", "anna"], devices: ["bed-7"], serials: [] });
  });

  it("begins a list that was empty", async () => {
    const raised = await storage.database.transaction((transaction) => raiseDenyEpoch(transaction, 100_000, 1));
    expect(raised).toEqual({ after: 0, before: 100_000 });
  });
});
