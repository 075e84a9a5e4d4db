import { describe, expect, it } from "vitest";
import { effectOf, type WardOutcome } from "./effect.js";
import { tQuantile } from "./student-t.js";
import { assignWards } from "./trial.js";

/** A coin and dice from a seed: mulberry32. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe("Student's t", () => {
  // Abramowitz and Stegun, table 26.10.
  it.each([
    [0.975, 1, 12.706],
    [0.975, 2, 4.303],
    [0.975, 10, 2.228],
    [0.975, 30, 2.042],
    [0.95, 5, 2.015],
    [0.995, 20, 2.845],
    [0.5, 3, 0],
    [0.025, 10, -2.228],
  ])("has the quantile %d at %d degrees of freedom", (probability, freedom, expected) => {
    expect(tQuantile(probability, freedom)).toBeCloseTo(expected, 3);
  });
});

const ward = (name: string, arm: WardOutcome["arm"], before: number, during: number): WardOutcome => ({
  ward: name,
  arm,
  before: { sessions: 200, behaviours: before },
  during: { sessions: 400, behaviours: during },
});

describe("the effect of a trial", () => {
  it("is the change of the treated wards beyond that of the holdout, with Welch's interval", () => {
    const effect = effectOf([
      ward("a", "treated", 20, 20),
      ward("b", "treated", 30, 40),
      ward("c", "holdout", 20, 40),
      ward("d", "holdout", 30, 64),
    ]);
    // Changes: -5 and -5; 0 and +1. Freedom 1 (one arm has no spread), half width 12.706 * 0.5.
    expect(effect).toMatchObject({ treated: { wards: 2, before: 12.5, during: 7.5 }, silent: 0 });
    expect(effect.difference).toBeCloseTo(-5.5, 10);
    expect(effect.interval?.low).toBeCloseTo(-5.5 - 6.353, 2);
    expect(effect.interval?.high).toBeCloseTo(-5.5 + 6.353, 2);
  });

  it("has no interval with one ward in an arm, and leaves out wards that say nothing", () => {
    const silent = { ...ward("d", "holdout", 0, 0), during: { sessions: 0, behaviours: 0 } };
    const effect = effectOf([
      ward("a", "treated", 20, 20),
      ward("b", "treated", 30, 40),
      ward("c", "holdout", 20, 40),
      silent,
    ]);
    expect([effect.interval, effect.silent, effect.holdout.wards]).toEqual([null, 1, 1]);
  });

  const alike: readonly [string, number, readonly [number, number][]][] = [
    [
      "by the same count",
      200,
      [
        [1, 0],
        [1, 0],
        [1, 2],
        [2, 3],
      ],
    ],
    [
      "but for the last digit of a fraction",
      30,
      [
        [10, 11],
        [20, 21],
        [10, 10],
        [20, 20],
      ],
    ],
  ];
  it.each(alike)(
    "has no interval where all wards of each arm changed alike, %s: that is no certainty",
    (_, sessions, four) => {
      const outcomes = four.map(
        ([before, during], place): WardOutcome => ({
          ward: `w${place}`,
          arm: place < 2 ? "treated" : "holdout",
          before: { sessions, behaviours: before },
          during: { sessions, behaviours: during },
        }),
      );
      expect(effectOf(outcomes).interval).toBeNull();
    },
  );

  it("finds nothing where nothing was done, about nineteen times in twenty", () => {
    const roll = dice(7);
    let holds = 0;
    const trials = 1_000;
    for (let trial = 0; trial < trials; trial += 1) {
      const outcomes = Array.from({ length: 12 }, (_, place): WardOutcome => {
        const rate = 0.05 + 0.1 * roll();
        const drawn = (sessions: number) => {
          let behaviours = 0;
          for (let each = 0; each < sessions; each += 1) if (roll() < rate) behaviours += 1;
          return { sessions, behaviours };
        };
        return {
          ward: `w${place}`,
          arm: place % 2 === 0 ? "treated" : "holdout",
          before: drawn(200),
          during: drawn(200),
        };
      });
      const { interval } = effectOf(outcomes);
      if (interval !== null && interval.low <= 0 && interval.high >= 0) holds += 1;
    }
    // 95 %, give or take four standard errors of a thousand trials.
    expect(holds / trials).toBeGreaterThan(0.95 - 0.028);
    expect(holds / trials).toBeLessThan(0.95 + 0.028);
  });
});

describe("who is held out", () => {
  const wards = Array.from({ length: 11 }, (_, place) => ({ ward: `w${place}`, rate: (place * 7) % 11 }));
  const coin = (seed: string, name: string): number =>
    dice([...`${seed}${name}`].reduce((sum, c) => sum * 31 + c.charCodeAt(0), 7) | 0)();

  it("is the same for the same seed, and half of each pair of like wards", () => {
    const arms = assignWards(wards, "one", coin);
    expect(assignWards(wards.toReversed(), "one", coin)).toEqual(arms);
    for (let pair = 0; pair < 10; pair += 2) expect(arms[pair]?.arm).not.toBe(arms[pair + 1]?.arm);
  });

  it("is each ward as often as not, over many seeds", () => {
    const seeds = 2_000;
    const held = new Map<string, number>();
    for (let seed = 0; seed < seeds; seed += 1) {
      for (const { ward: name, arm } of assignWards(wards, String(seed), coin)) {
        if (arm === "holdout") held.set(name, (held.get(name) ?? 0) + 1);
      }
    }
    for (const { ward: name } of wards) {
      expect((held.get(name) ?? 0) / seeds).toBeGreaterThan(0.45);
      expect((held.get(name) ?? 0) / seeds).toBeLessThan(0.55);
    }
  });
});
