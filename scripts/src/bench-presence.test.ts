import { WALK_KINDS } from "@wardkey/virtual-radio/walks";
import { expect, it } from "vitest";
import { main, missedGoals, runPresenceBench } from "./bench-presence.js";

it("measures walks under Wardkey's rule and under those of others, each with the same figures", {
  timeout: 240_000,
}, async () => {
  const result = await runPresenceBench({ walks: WALK_KINDS.length, split: "tuning" });
  const number = expect.any(Number);
  const figures = {
    lockMs: { p50: number, p95: number, max: number },
    departures: number,
    neverLocked: number,
    earlyLocks: number,
    unmeasured: number,
    falseLocks: number,
    falseLocksPerShift: number,
    disturbedUses: number,
    veilsPerShift: number,
    unlocks: number,
    wrongUnlocks: number,
    uses: number,
    missedUnlocks: number,
    unlockMs: { p50: number, p95: number },
    openHours: number,
    falseLockReasons: expect.any(Object),
  };
  expect(result).toMatchObject({ simulated: true, walks: 12, split: "tuning", ...figures });
  expect(result.turnedAway).toMatchObject({ walks: 12, falseLocksPerShift: number, veilsPerShift: number });
  expect(result.missed).toEqual(missedGoals(result));
  expect(Object.keys(result.byKind)).toEqual([...WALK_KINDS]);
  expect(Object.keys(result.peers)).toEqual(["bleUnlock", "dynamicLock", "fixedThreshold"]);
  for (const peer of Object.values(result.peers)) expect(peer).toMatchObject(figures);
  // She came to a kiosk in most of the kinds, and each rule was open for her then.
  for (const rule of [result, ...Object.values(result.peers)]) {
    expect(rule.departures + rule.unmeasured).toBe(rule.uses);
    expect(rule.departures).toBeGreaterThan(5);
    expect(rule.openHours).toBeGreaterThan(0.1);
  }
});

const good = {
  lockMs: { p50: 2_000, p95: 5_000, max: 10_000 },
  departures: 9_555,
  falseLocksPerShift: 1,
  openHours: 428,
  wrongUnlocks: 0,
  unlocks: 9_000,
};
const late = (p95: number, max: number) => ({ ...good, lockMs: { p50: 2_000, p95, max } });

it.each([
  ["nothing, at the very goals", good, []],
  ["the lock's delay at p95", late(5_001, 9_000), ["lock-p95"]],
  ["the longest delay of a lock", late(4_300, 10_001), ["lock-max"]],
  ["false locks in a shift", { ...good, falseLocksPerShift: 1.01 }, ["false-locks"]],
  ["a single wrong unlock", { ...good, wrongUnlocks: 1 }, ["wrong-unlocks"]],
  [
    "every goal, when nothing was open for anybody to leave",
    {
      lockMs: { p50: 0, p95: 0, max: 0 },
      departures: 0,
      falseLocksPerShift: 0,
      openHours: 0,
      wrongUnlocks: 0,
      unlocks: 0,
    },
    ["lock-p95", "lock-max", "false-locks", "wrong-unlocks"],
  ],
])("misses %s", (_, measured, missed) => {
  expect(missedGoals(measured)).toEqual(missed);
});

it("takes no split that there is not", async () => {
  await expect(main(["--split", "all"])).rejects.toThrow("--split is one of tuning, held-back, final");
});
