import { WALK_KINDS } from "@wardkey/virtual-radio/walks";
import { expect, it } from "vitest";
import { runPresenceBench } from "./bench-presence.js";

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
