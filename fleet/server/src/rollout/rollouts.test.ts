import { type Clock, instant } from "@wardkey/protocol";
import { inRing } from "@wardkey/protocol/policy";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../platform/sql/testing/test-database.js";
import { createSqlRolloutStore, type Head, Rollouts, rolloutMigrations } from "./index.js";

const HOUR = 3_600_000;
const rings = [
  { percent: 10, dwellMs: HOUR },
  { percent: 100, dwellMs: HOUR },
];
let made: TestDatabase;
let seq = 0;
let now: number;
let records: { kind: string; body: Record<string, unknown> }[];
let heads: Head[];
let auditDown: boolean;
const clock: Clock = { now: () => instant(now), monotonic: () => now };

beforeEach(async () => {
  made = await testDatabase(rolloutMigrations);
  now = 1_800_000_000_000;
  records = [];
  heads = [];
  auditDown = false;
});
afterEach(() => made.remove());

async function open(database = made.database, store = createSqlRolloutStore(database)): Promise<Rollouts> {
  const rollouts = await Rollouts.open({
    store,
    clock,
    after: () => () => {},
    newSalt: () => "salt",
    record: async (kind, body) => {
      if (auditDown) throw new Error("the audit is away");
      records.push({ kind, body });
    },
    log: () => {},
    rings,
  });
  rollouts.onHead(async (head) => void heads.push(head));
  return rollouts;
}

const inside = Array.from({ length: 200 }, (_, n) => `bed-${n}`).filter((id) => inRing(id, "salt", 10));
const outside = Array.from({ length: 200 }, (_, n) => `bed-${n}`).filter((id) => !inRing(id, "salt", 10));
/** `count` sessions at each of these kiosks, of which `bad` end in a false lock. */
const shift = (rollouts: Rollouts, devices: readonly string[], of: { count: number; bad: number }): void => {
  for (const device of devices.slice(0, 10)) {
    for (let session = 0; session < of.count; session += 1) {
      const back = session < of.bad ? 10_000 : 90_000;
      rollouts.note(device, [
        { seq: ++seq, kind: "session.locked", at: now, body: { reason: "walked-away", staffId: "anna" } },
        { seq: ++seq, kind: "session.unlocked", at: now + back, body: { staffId: "anna", ms: 500 } },
      ]);
    }
  }
};

/** With version 2 rolled out over version 1, in the first ring. */
async function begun(opening: Promise<Rollouts>): Promise<Rollouts> {
  const rollouts = await opening;
  await rollouts.establish(1);
  await rollouts.begin({ version: 2, by: "olga" });
  return rollouts;
}

/** With nobody left to compare with, after a first ring in which the control group had no false lock. */
async function inTheLastRing(): Promise<Rollouts> {
  const rollouts = await begun(open());
  shift(rollouts, outside, { count: 20, bad: 0 });
  now += HOUR;
  await rollouts.look();
  return rollouts;
}

describe("the roll-outs of a site", () => {
  it("tell each device its version, ring by ring, over restarts", async () => {
    let rollouts = await open();
    expect(rollouts.versionFor("bed-1")).toBeNull();
    await rollouts.establish(1);
    await rollouts.begin({ version: 2, by: "olga" });
    expect([rollouts.versionFor(inside[0] ?? ""), rollouts.versionFor(outside[0] ?? "")]).toEqual([2, 1]);
    rollouts = await open(await made.reopen());
    expect([rollouts.versionFor(inside[0] ?? ""), rollouts.versionFor(outside[0] ?? "")]).toEqual([2, 1]);
    now += HOUR;
    await rollouts.look();
    expect(rollouts.versionFor(outside[0] ?? "")).toBe(2);
    rollouts = await open(await made.reopen());
    now += HOUR;
    await rollouts.look();
    expect(rollouts.head()).toEqual({ revision: 4, stable: 2, rollout: null });
    expect(records.map(({ kind }) => kind)).toEqual([
      "policy.rollout-started",
      "policy.rollout-forward",
      "policy.rollout-finished",
    ]);
  });

  it("halt when false locks get worse than in the control group, also when the server restarted in between", async () => {
    let rollouts = await begun(open());
    shift(rollouts, inside, { count: 10, bad: 0 });
    shift(rollouts, outside, { count: 20, bad: 0 });
    await rollouts.look();
    expect(rollouts.head()?.rollout?.status).toBe("running");
    await rollouts.stop();
    rollouts = await open(await made.reopen());
    shift(rollouts, inside, { count: 10, bad: 3 });
    await rollouts.look();
    expect(rollouts.head()?.rollout).toMatchObject({ status: "halted", reason: "more-false-locks" });
    expect(rollouts.versionFor(inside[0] ?? "")).toBe(1);
    expect(records.at(-1)).toEqual({
      kind: "policy.rollout-halted",
      body: { version: 2, by: "fleet", percent: 10, reason: "more-false-locks" },
    });
  });

  it("compare everybody with the control group of the rings before", async () => {
    const rollouts = await inTheLastRing();
    shift(rollouts, outside, { count: 10, bad: 4 });
    await rollouts.look();
    expect(rollouts.head()?.rollout).toMatchObject({ ring: 1, status: "halted" });
  });

  it("compare everybody with that control group however often the last ring was resumed", async () => {
    const rollouts = await inTheLastRing();
    for (let time = 0; time < 3; time += 1) {
      await rollouts.halt({ by: "olga", reason: "by-hand" });
      await rollouts.resume({ by: "olga" });
    }
    shift(rollouts, outside, { count: 10, bad: 4 });
    await rollouts.look();
    expect(rollouts.head()?.rollout).toMatchObject({ ring: 1, status: "halted", reason: "more-false-locks" });
  });

  it("do not finish after a halt while nothing can be said of them", async () => {
    const rollouts = await begun(open());
    now += HOUR;
    await rollouts.look();
    await rollouts.halt({ by: "olga", reason: "by-hand" });
    await rollouts.resume({ by: "olga" });
    now += 100 * HOUR;
    await rollouts.look();
    expect(rollouts.head()?.rollout).toMatchObject({ ring: 1, status: "running" });
    await rollouts.abort({ by: "olga" });
    expect((await rollouts.begin({ version: 3, by: "olga" })).ok).toBe(true);
  });

  it("are not judged by what was counted under the one before", async () => {
    const rollouts = await inTheLastRing();
    now += HOUR;
    await rollouts.look();
    expect(rollouts.head()).toMatchObject({ stable: 2, rollout: null });
    await rollouts.begin({ version: 3, by: "olga" });
    expect(await rollouts.measured()).toMatchObject({ control: { taps: 0 }, verdict: { verdict: "too-few" } });
  });

  it("lose nothing that was counted when it cannot be written for a while, and count nothing twice", async () => {
    const down = new Set<string>();
    const store = createSqlRolloutStore(made.database);
    const opening = open(made.database, {
      ...store,
      add: async (stage, arm, counts) => {
        if (down.has(arm)) throw new Error("the disk is full");
        await store.add(stage, arm, counts);
      },
    });
    const rollouts = await begun(opening);
    for (const failing of ["control", "candidate"]) {
      shift(rollouts, inside, { count: 2, bad: 0 });
      shift(rollouts, outside, { count: 3, bad: 0 });
      down.add(failing);
      await expect(rollouts.look()).rejects.toThrow("the disk is full");
      down.clear();
    }
    shift(rollouts, inside, { count: 2, bad: 0 });
    await rollouts.look();
    expect(await rollouts.measured()).toMatchObject({ candidate: { taps: 60 }, control: { taps: 60 } });
  });

  it("tell the audit before the devices, and again after an audit that was away", async () => {
    const rollouts = await open();
    await rollouts.establish(1);
    heads.length = 0;
    auditDown = true;
    await expect(rollouts.begin({ version: 2, by: "olga" })).rejects.toThrow("the audit is away");
    expect(heads).toEqual([]);
    auditDown = false;
    const restarted = await open(await made.reopen());
    await restarted.restate();
    expect(records).toEqual([{ kind: "policy.rollout-started", body: { version: 2, by: "olga", percent: 10 } }]);
    expect(heads.map(({ revision }) => revision)).toEqual([2]);
  });

  it("are one, however many fleet servers there are", async () => {
    const [one, two] = [await open(), await open()];
    await one.establish(1);
    const begun = await Promise.all([one.begin({ version: 2, by: "olga" }), two.begin({ version: 2, by: "piet" })]);
    expect(begun.filter(({ ok }) => ok)).toHaveLength(1);
    expect(begun.find(({ ok }) => !ok)).toMatchObject({ ok: false });
  });
});
