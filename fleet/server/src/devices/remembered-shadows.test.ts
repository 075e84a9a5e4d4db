import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../platform/sql/testing/test-database.js";
import { rememberShadows } from "./app/remembered-shadows.js";
import type { ShadowStore } from "./app/shadow-port.js";
import { emptyShadow, type Shadow } from "./domain/shadow.js";
import { createSqlShadowStore, deviceMigrations, registryMigrations } from "./index.js";
import { NOON } from "./testing/reports.js";

let made: TestDatabase;
let stored: ShadowStore;
let readings: number;
/** Resolves a reading of all that the test holds up. */
let release: (() => void) | null;
beforeEach(async () => {
  made = await testDatabase([...deviceMigrations, ...registryMigrations]);
  const sql = createSqlShadowStore(made.database);
  readings = 0;
  release = null;
  stored = {
    ...sql,
    async many(devices) {
      readings += 1;
      const all = await sql.many(devices);
      if (release !== null) {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      }
      return all;
    },
  };
});
afterEach(() => made.remove());

const seen = (device: string, seenAt: number): Shadow => ({ ...emptyShadow(device), online: true, session: 1, seenAt });
const put = (store: ShadowStore, ...shadows: Shadow[]): Promise<void> =>
  store.exchange(
    shadows.map(({ device }) => device),
    () => shadows,
  );

describe("shadows in memory", () => {
  it("are read once, and follow every change", async () => {
    await put(stored, seen("bed-1", NOON), seen("bed-2", NOON));
    const remembered = rememberShadows(stored);
    expect(await remembered.many()).toEqual(await stored.many());
    await put(remembered, seen("bed-2", NOON + 1), seen("bed-3", NOON));
    await remembered.leased("bed-1", NOON + 60_000);
    await remembered.leased("bed-4", NOON + 60_000);
    readings = 0;
    const found = await remembered.many();
    expect(readings).toBe(0);
    expect(found).toEqual(await stored.many());
    expect([...found.keys()].sort()).toEqual(["bed-1", "bed-2", "bed-3", "bed-4"]);
    expect(await remembered.many(["bed-2", "bed-9"])).toEqual(new Map([["bed-2", seen("bed-2", NOON + 1)]]));
  });

  it("lose no change that was written while they were read", async () => {
    await put(stored, seen("bed-1", NOON), seen("bed-2", NOON));
    const remembered = rememberShadows(stored);
    release = () => undefined;
    const reading = remembered.many();
    const waiting = release;
    await expect.poll(() => release !== waiting, { timeout: 10_000 }).toBe(true);
    await put(remembered, seen("bed-1", NOON + 5));
    await remembered.leased("bed-2", NOON + 60_000);
    release?.();
    release = null;
    expect(await reading).toEqual(await stored.many());
  });

  it("are not kept of a change that failed", async () => {
    const remembered = rememberShadows(stored);
    await remembered.many();
    const failing = remembered.exchange(["bed-1"], () => {
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await remembered.many()).toEqual(new Map());
  });

  it("are read again after a reading that failed", async () => {
    let isAway = true;
    const many = () => (isAway ? Promise.reject(new Error("away")) : stored.many());
    const remembered = rememberShadows({ ...stored, many });
    await expect(remembered.many()).rejects.toThrow("away");
    isAway = false;
    await put(stored, seen("bed-1", NOON));
    expect(await remembered.many()).toEqual(new Map([["bed-1", seen("bed-1", NOON)]]));
  });
});
