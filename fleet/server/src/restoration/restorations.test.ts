import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { days, hours } from "@wardkey/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../platform/sql/testing/test-database.js";
import { writeMarker } from "./marker.js";
import { type Counters, openRestorations, type Restorations } from "./restorations.js";
import { restorationMigrations } from "./schema.js";

const MADE_AT = Date.UTC(2026, 5, 1);
const FIRST = "018f0000-0000-7000-8000-000000000001";
const SECOND = "018f0000-0000-7000-8000-000000000002";

let storage: TestDatabase;
let dataDir: string;
/** Where the counters stand, and whether raising them fails. */
let at: { deny: number; other: number };
let failing: boolean;
beforeEach(async () => {
  storage = await testDatabase(restorationMigrations);
  dataDir = await mkdtemp(join(tmpdir(), "wardkey-restored-"));
  at = { deny: 57, other: 3 };
  failing = false;
});
afterEach(async () => {
  await storage.remove();
  await rm(dataDir, { recursive: true });
});

const counters: Counters = {
  async denyEpoch(_transaction, by) {
    const after = at.deny;
    at.deny += by;
    return { after, before: at.deny };
  },
  epochs: [
    async (_transaction, by) => {
      if (failing) throw new Error("the machine stopped here");
      at.other += by;
    },
  ],
  newestPolicy: async () => 6,
};
const open = (): Promise<Restorations> => openRestorations({ database: storage.database, dataDir, counters });
const restored = (id: string, restoredAt: number): Promise<void> =>
  writeMarker(dataDir, { id, madeAt: MADE_AT, restoredAt });

describe("a start after a restore", () => {
  it("puts what devices remember ahead, once", async () => {
    await restored(FIRST, MADE_AT + hours(10));
    const site = await open();
    const epochs = 100_000 + 4 * 36_000;
    expect(at).toEqual({ deny: 57 + epochs, other: 3 + epochs });
    expect({ ...site, gap: site.gap(), floor: site.epochFloor(), policy: site.policyFloor() }).toMatchObject({
      gap: { after: 57, before: 57 + epochs },
      floor: epochs,
      policy: 6 + 100 + 60,
    });
    expect(site.log()).toEqual({ era: (MADE_AT + hours(10)) / 1_000, ahead: 10_000_000 + 20_000 * 36_000 });
    expect(site.lost()).toEqual([{ from: MADE_AT, to: MADE_AT + hours(10) }]);
    await open();
    expect(at.deny).toBe(57 + epochs);
    expect(await readdir(dataDir)).toEqual([]);
  });

  it("that broke off begins again, and one that broke off at its very end repeats nothing", async () => {
    await restored(FIRST, MADE_AT);
    failing = true;
    await expect(open()).rejects.toThrow("the machine stopped here");
    failing = false;
    at = { deny: 57, other: 3 };
    await open();
    await restored(FIRST, MADE_AT);
    await open();
    expect(at).toEqual({ deny: 100_057, other: 100_003 });
  });

  it("goes further each time that the same backup is put back", async () => {
    await restored(FIRST, MADE_AT + days(1));
    const reached = (await open()).log();
    await storage.database("restorations").delete();
    at = { deny: 57, other: 3 };
    await restored(SECOND, MADE_AT + days(1) + hours(1));
    const again = (await open()).log();
    expect(again?.era).toBeGreaterThan(reached?.era ?? 0);
    expect(again?.ahead).toBeGreaterThan((reached?.ahead ?? 0) + 5_000 * 3_600);
  });

  it("stays within what certificates, PostgreSQL and journals count to, whatever the clock says", async () => {
    for (const restoredAt of [0, MADE_AT - days(1), MADE_AT + days(365 * 200)]) {
      await storage.database("restorations").delete();
      at = { deny: 57, other: 3 };
      await restored(FIRST, restoredAt);
      const site = await open();
      expect(at.deny).toBeLessThan(2 ** 31 / 5);
      expect(at.deny).toBeGreaterThanOrEqual(100_057);
      expect(site.policyFloor()).toBeLessThan(1_000_000 / 5);
      expect(Number.isSafeInteger((site.log()?.ahead ?? 0) * 100)).toBe(true);
    }
  });

  it("is refused where the marker cannot be read", async () => {
    await restored("no uuid", MADE_AT);
    await expect(open()).rejects.toMatchObject({ code: "restore-unreadable" });
  });
});

describe("a restored site", () => {
  it("has its gap until somebody has looked, also over restarts", async () => {
    await restored(FIRST, MADE_AT);
    const site = await open();
    const gap = { after: 57, before: 100_057 };
    expect([site.gap(), (await open()).gap()]).toEqual([gap, gap]);
    expect([await site.review(MADE_AT + 5), site.gap(), await site.review(MADE_AT + 6)]).toEqual([true, null, false]);
    expect((await open()).gap()).toBe(null);
    expect((await open()).epochFloor()).toBe(100_000);
  });

  it("has one gap from the oldest restore that nobody looked at to the newest", async () => {
    await restored(FIRST, MADE_AT);
    await open();
    await restored(SECOND, MADE_AT);
    expect((await open()).gap()).toEqual({ after: 57, before: 200_057 });
  });

  it("is told of until the audit has it", async () => {
    await restored(FIRST, MADE_AT);
    const site = await open();
    await expect(site.announce(() => Promise.reject(new Error("no room")))).rejects.toThrow("no room");
    const told: unknown[] = [];
    await (await open()).announce(async (one) => void told.push(one));
    await (await open()).announce(async (one) => void told.push(one));
    expect(told).toEqual([{ madeAt: MADE_AT, restoredAt: MADE_AT, leap: 100_000 }]);
  });

  it("is no restored site where there was no restore", async () => {
    const site = await open();
    expect([site.gap(), site.log(), site.lost(), site.epochFloor(), site.policyFloor()]).toEqual([
      null,
      null,
      [],
      0,
      0,
    ]);
  });
});
