import { hours, milliseconds, seconds } from "@wardkey/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SimulatedTime } from "../devices/testing/simulated-time.js";
import { type TestDatabase, testDatabase } from "../platform/sql/testing/test-database.js";
import { createSqlFigureStore, createWardFigures, figureMigrations, type WardFigures } from "./index.js";

let made: TestDatabase;
let time: SimulatedTime;
let figures: WardFigures;
let failures: unknown[];
let seq: number;
beforeEach(async () => {
  made = await testDatabase(figureMigrations);
  time = new SimulatedTime();
  failures = [];
  seq = 0;
  figures = open();
});
afterEach(() => made.remove());

const WARDS: Readonly<Record<string, string>> = { "bed-7": "Ward 3B", "bed-8": "Ward 3B", "icu-2": "ICU" };
const open = (store = createSqlFigureStore(made.database)): WardFigures =>
  createWardFigures({
    store,
    wardOf: (device) => WARDS[device] ?? null,
    now: () => time.now(),
    after: (delay, act) => time.after(delay, act),
    failed: (error) => failures.push(error),
  });

const event = (kind: string, body: Record<string, string | number | boolean | null> = {}, at: number = time.now()) => {
  seq += 1;
  return { seq, at, kind, body };
};
const unlocked = (ms?: number, at?: number) => event("session.unlocked", ms === undefined ? {} : { ms }, at);
const today = () => ({ from: time.now() - hours(24), to: time.now() + 1 });
const nothing = { unlocks: 0, refused: 0, locks: 0, disputed: 0, emergencies: 0, alarms: 0, tap: null };

describe("figures that are kept", () => {
  it("begin with the hour in which something was measured first", async () => {
    expect(await figures.since()).toBeNull();
    figures.note("bed-7", [unlocked(400, time.now() - hours(30)), unlocked(500)]);
    expect(await figures.since()).toBe(time.now() - hours(30));
  });
});

describe("what kiosks measured", () => {
  it("is counted by ward, with the times of its taps", async () => {
    figures.note("bed-7", [unlocked(400), unlocked(500), event("tap.refused", { reason: "no-match" })]);
    figures.note("bed-8", [event("session.locked", { reason: "idle", session: "s" }), event("session.lock-disputed")]);
    figures.note("icu-2", [unlocked(), event("security.alert"), event("break-glass.opened")]);
    expect(await figures.wards(today())).toEqual([
      { ...nothing, ward: "ICU", unlocks: 1, emergencies: 1, alarms: 1 },
      {
        ...nothing,
        ...{ ward: "Ward 3B", unlocks: 2, refused: 1, locks: 1, disputed: 1 },
        tap: { timed: 2, meanMs: 450, medianMs: 400, p95Ms: 490 },
      },
    ]);
  });

  it("is told by hour, of one ward or of all", async () => {
    const before = time.now() - hours(3);
    figures.note("bed-7", [unlocked(400, before), unlocked(400, before), unlocked(700)]);
    figures.note("icu-2", [unlocked(400)]);
    const shown = (await figures.hours(today())).map(({ at, unlocks }) => [at, unlocks]);
    const hourOf = (at: number) => at - (at % hours(1));
    expect(shown).toEqual([
      [hourOf(before), 2],
      [hourOf(time.now()), 2],
    ]);
    const one = await figures.hours({ ...today(), ward: "ICU" });
    expect(one.map(({ unlocks }) => unlocks)).toEqual([1]);
  });

  it("counts an entry that arrives twice once, and nothing of a device that the site does not know", async () => {
    const entries = [unlocked(300), unlocked(300)];
    figures.note("bed-7", entries);
    figures.note("bed-7", entries);
    figures.note("stranger", [unlocked(300)]);
    expect((await figures.wards(today())).map(({ ward, unlocks }) => [ward, unlocks])).toEqual([["Ward 3B", 2]]);
  });

  it("does not count the lock at a start, which ends nobody's session", async () => {
    figures.note("bed-7", [event("session.locked", { reason: "started", session: null })]);
    expect(await figures.wards(today())).toEqual([]);
  });

  it("takes no hour of a clock that runs far ahead, and forgets what is older than 100 days", async () => {
    figures.note("bed-7", [unlocked(300, time.now() + hours(3)), unlocked(300, time.now() - hours(24 * 101))]);
    expect(await figures.wards({ from: 0, to: time.now() + hours(9) })).toEqual([]);
    figures.note("bed-7", [unlocked(300)]);
    expect(await figures.wards(today())).toHaveLength(1);
    await time.move(milliseconds(hours(24 * 101)));
    figures.note("bed-7", [unlocked(300)]);
    expect((await figures.hours({ from: 0, to: time.now() + 1 })).map(({ unlocks }) => unlocks)).toEqual([1]);
  });

  it("is written within two seconds, adds up over restarts, and waits for a database that is away", async () => {
    const store = createSqlFigureStore(made.database);
    let away = true;
    figures = open({ ...store, add: (rows) => (away ? Promise.reject(new Error("away")) : store.add(rows)) });
    figures.note("bed-7", [unlocked(300)]);
    await time.move(seconds(2));
    expect(failures).toHaveLength(1);
    away = false;
    await time.move(seconds(2));
    await figures.stop();
    figures = open();
    figures.note("bed-7", [unlocked(300)]);
    await figures.stop();
    expect((await open().wards(today())).map(({ unlocks }) => unlocks)).toEqual([2]);
  });

  it("counts once what was written although what is too old could not be forgotten", async () => {
    const store = createSqlFigureStore(made.database);
    figures = open({ ...store, forget: () => Promise.reject(new Error("away")) });
    figures.note("bed-7", [unlocked(300)]);
    await time.move(seconds(4));
    expect(failures).not.toHaveLength(0);
    expect((await figures.wards(today())).map(({ unlocks }) => unlocks)).toEqual([1]);
  });
});
