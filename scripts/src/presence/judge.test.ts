import { planWalk, type WalkPlan } from "@wardkey/virtual-radio/walks";
import { describe, expect, it } from "vitest";
import { judge } from "./judge.js";
import type { RuleEvent } from "./rule.js";
import { truthOfWalk } from "./truth.js";

// She stays at the desk until 60 s, walks off at one metre a second, crosses three metres at 62.4 s and does not come back.
const base = planWalk(1_000_008);
const anna = {
  name: "anna",
  phone: "phone-anna",
  offsetDb: 0,
  way: [
    { at: 0, x: 0, y: 6.6 },
    { at: 6_000, x: 0, y: 0.6 },
    { at: 60_000, x: 0, y: 0.6 },
    { at: 72_000, x: 0, y: 12.6 },
  ],
  turns: [],
  carried: [],
  looks: [],
  types: [],
};
const use = { person: "anna", kiosk: "desk", from: 0, seatedAt: 6_000, risesAt: 60_000, leftAt: 62_400 };
const desk = { name: "desk", position: { x: 0, y: 0 }, offsetDb: 0 };
const plan: WalkPlan = { ...base, durationMs: 160_000, kiosks: [desk], people: [anna], uses: [use] };
const judged = (...events: readonly [RuleEvent["type"], number, string?][]) =>
  judge(
    truthOfWalk(plan, desk),
    events.map(([type, at, person = "anna"]) => ({ type, at, person, why: "test" })),
    new Set(["anna"]),
  );

describe("what a person went through", () => {
  it("is timed from crossing three metres to the lock, and nothing is wrong with it", () => {
    expect(judged(["unlocked", 7_000], ["veiled", 64_000], ["locked", 65_400])).toEqual({
      lockMs: [3_000],
      neverLocked: 0,
      early: 0,
      unmeasured: 0,
      falseLocks: [],
      disturbed: 0,
      veils: 0,
      unlocks: 1,
      wrongUnlocks: [],
      uses: 1,
      missedUnlocks: 0,
      unlockMs: [1_000],
      openMs: 55_400,
    });
  });

  it("has a false lock for a lock while she stays, and none for one on her way out", () => {
    const staying = judged(["unlocked", 7_000], ["locked", 30_000], ["unlocked", 32_000], ["locked", 61_000]);
    expect(staying).toMatchObject({ lockMs: [0], early: 1, unmeasured: 0, disturbed: 1, openMs: 52_000 });
    expect(staying.falseLocks.map(({ at }) => at)).toEqual([30_000]);
  });

  it("counts a kiosk that never locked by the rest of the walk, and one that was locked already not at all", () => {
    expect(judged(["unlocked", 7_000])).toMatchObject({ lockMs: [97_600], neverLocked: 1, unmeasured: 0 });
    expect(judged(["unlocked", 7_000], ["locked", 20_000])).toMatchObject({
      lockMs: [],
      neverLocked: 0,
      unmeasured: 1,
    });
    expect(judged()).toMatchObject({ lockMs: [], unmeasured: 1, missedUnlocks: 1, unlockMs: [], openMs: 0 });
  });

  it("has a wrong unlock for whoever does not mean to use the kiosk, or has got up", () => {
    const wrong = judged(["unlocked", 7_000], ["locked", 61_000], ["unlocked", 62_000], ["unlocked", 90_000, "bruno"]);
    expect(wrong.wrongUnlocks.map(({ at, person }) => [at, person])).toEqual([
      [62_000, "anna"],
      [90_000, "bruno"],
    ]);
  });

  it("counts how long she waited for it to open, and veils while she stayed", () => {
    expect(judged(["unlocked", 17_000], ["veiled", 30_000])).toMatchObject({
      missedUnlocks: 1,
      unlockMs: [11_000],
      veils: 1,
    });
  });
});
