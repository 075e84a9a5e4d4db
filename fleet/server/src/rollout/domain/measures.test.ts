import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Counts, judge, NO_COUNTS, p95Of, TAP_BUCKETS } from "./measures.js";
import { wilson } from "./wilson.js";

const counts = (bend: Partial<Counts>): Counts => ({ ...NO_COUNTS, ...bend });
const times = (bucket: number, count: number): number[] =>
  Array.from({ length: TAP_BUCKETS }, (_, each) => (each === bucket ? count : 0));

describe("Wilson's interval", () => {
  it("gives the figures of the literature", () => {
    // R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    const { low, high } = wilson({ bad: 81, of: 263 }, 1.959964);
    expect([low.toFixed(4), high.toFixed(4)]).toEqual(["0.2553", "0.3662"]);
    const one = wilson({ bad: 1, of: 29 }, 1.959964);
    expect([one.low.toFixed(4), one.high.toFixed(4)]).toEqual(["0.0061", "0.1718"]);
  });

  it("holds the proportion, stays between 0 and 1, and narrows with more observations", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (of, share) => {
        const bad = Math.round(of * share);
        const few = wilson({ bad, of }, 2.576);
        const many = wilson({ bad: bad * 10, of: of * 10 }, 2.576);
        expect(few.low).toBeLessThanOrEqual(bad / of + 1e-9);
        expect(few.high).toBeGreaterThanOrEqual(bad / of - 1e-9);
        expect(many.high - many.low).toBeLessThan(few.high - few.low);
      }),
    );
  });
});

describe("the verdict", () => {
  const control = counts({ locks: 1_000, falseLocks: 10, taps: 1_000, refused: 20, tapTimes: times(4, 980) });
  it.each([
    ["more false locks", { locks: 100, falseLocks: 12 }, { verdict: "worse", of: "false-locks" }],
    ["more refused taps", { taps: 100, refused: 15 }, { verdict: "worse", of: "refused-taps" }],
    ["slower taps", { taps: 100, tapTimes: times(9, 100) }, { verdict: "worse", of: "tap-time" }],
    ["the same", { locks: 100, falseLocks: 1, taps: 100, refused: 2, tapTimes: times(4, 98) }, { verdict: "no-worse" }],
    ["fewer chances than thirty", { locks: 29, falseLocks: 29, taps: 29, refused: 29 }, { verdict: "too-few" }],
    ["a few bad ones that chance may bring", { locks: 40, falseLocks: 4 }, { verdict: "no-worse" }],
    ["nothing", {}, { verdict: "too-few" }],
  ] as const)("on %s", (_what, candidate, verdict) => {
    expect(judge(counts(candidate), control)).toEqual(verdict);
  });

  it("needs a control group", () => {
    expect(judge(counts({ locks: 1_000, falseLocks: 900 }), NO_COUNTS)).toEqual({ verdict: "too-few" });
  });

  it("halts for chance alone in fewer than one in a hundred roll-outs that look at every one of 500 locks", () => {
    const random = lcg(12);
    const draw = (of: number, rate: number): number =>
      Array.from({ length: of }, () => random() < rate).filter(Boolean).length;
    let halted = 0;
    const runs = 400;
    for (let run = 0; run < runs; run += 1) {
      let [candidate, others] = [NO_COUNTS, NO_COUNTS];
      for (let lock = 0; lock < 500; lock += 1) {
        candidate = counts({ locks: candidate.locks + 1, falseLocks: candidate.falseLocks + draw(1, 0.03) });
        others = counts({ locks: others.locks + 10, falseLocks: others.falseLocks + draw(10, 0.03) });
        if (judge(candidate, others).verdict === "worse") {
          halted += 1;
          break;
        }
      }
    }
    expect(halted / runs).toBeLessThan(0.01);
  });

  it("tells the edge under which 95 of 100 taps stay", () => {
    const tapTimes = times(2, 95).map((count, bucket) => (bucket === 8 ? 5 : count));
    expect([p95Of(counts({ tapTimes })), p95Of(NO_COUNTS)]).toEqual([400, null]);
  });
});

/** Numerical Recipes' linear congruential generator: the same numbers every time. */
function lcg(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
