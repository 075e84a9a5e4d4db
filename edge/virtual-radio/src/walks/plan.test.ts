import { describe, expect, it } from "vitest";
import { WALK_KINDS } from "./model.js";
import { FOR_GOOD_MS, LEAVE_METRES, planWalk, WALK_SPLITS, walkSeeds } from "./plan.js";
import { Whereabouts } from "./whereabouts.js";

const plans = walkSeeds("tuning", 20 * WALK_KINDS.length).map((seed) => planWalk(seed));

describe("a walk", () => {
  it("is the same for the same seed, and another one for another", () => {
    const [seed = 0, other = 0] = [2_000_003, 2_000_015];
    expect(planWalk(seed)).toEqual(planWalk(seed));
    expect(planWalk(other).kind).toBe(planWalk(seed).kind);
    expect(planWalk(other)).not.toEqual({ ...planWalk(seed), seed: other });
  });

  it("comes as often in each kind, and no seed is of two splits", () => {
    expect(WALK_KINDS.map((kind) => plans.filter((plan) => plan.kind === kind).length)).toEqual(
      WALK_KINDS.map(() => 20),
    );
    const all = WALK_SPLITS.flatMap((split) => walkSeeds(split, 10_000));
    expect([new Set(all).size, walkSeeds("final", 1)]).toEqual([30_000, [3_000_000]]);
  });

  it("has air within what rooms have", () => {
    const outside = plans.filter(({ air }) => {
      const { exponent, shadowingSigmaDb, bodyLossDb, loss } = air;
      const within = [
        exponent >= 2 && exponent <= 3.5,
        shadowingSigmaDb >= 4 && shadowingSigmaDb <= 6,
        bodyLossDb >= 8 && bodyLossDb <= 15,
        loss >= 0.1 && loss <= 0.3,
      ];
      return within.includes(false);
    });
    expect(outside).toEqual([]);
  });

  it("says when she really left: inside three metres before, and beyond for ten seconds after", () => {
    let departures = 0;
    for (const plan of plans) {
      for (const use of plan.uses) {
        const person = plan.people.find(({ name }) => name === use.person);
        const kiosk = plan.kiosks.find(({ name }) => name === use.kiosk);
        if (person === undefined || kiosk === undefined) throw new Error("a use is somebody's, somewhere");
        const where = new Whereabouts(person);
        expect(where.distance(use.leftAt - 100, kiosk)).toBeLessThanOrEqual(LEAVE_METRES);
        const after = Array.from({ length: FOR_GOOD_MS / 500 }, (_, index) => use.leftAt + 50 + index * 500);
        expect(after.filter((at) => at < plan.durationMs && where.distance(at, kiosk) <= LEAVE_METRES)).toEqual([]);
        expect(use.from < use.seatedAt && use.seatedAt < use.risesAt && use.risesAt < use.leftAt).toBe(true);
        departures += 1;
      }
    }
    expect(departures).toBeGreaterThan(200);
  });

  it("takes a step aside for no leaving, and an absence of ten seconds for one", () => {
    const back = plans.filter(({ kind }) => kind === "come-back").map(({ uses }) => uses.length);
    expect([...new Set(back)].sort()).toEqual([1, 2]);
  });
});
