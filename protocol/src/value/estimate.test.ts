import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ASSUMPTION_NAMES, ASSUMPTIONS, type AssumptionName, Assumptions, startAssumptions } from "./assumptions.js";
import { type Estimate, estimate, type Measured, type Spread } from "./estimate.js";

const FEW = 200;
const point = (value: number) => ({ low: value, likely: value, high: value });
/** A world in which everything is known. */
const KNOWN: Assumptions = {
  loginBefore: point(21),
  loginsReplaced: point(0.5),
  falseLockCost: point(9),
  falseLocksReported: point(0.5),
  workHour: point(40),
  timeUsed: point(0.5),
  incidents: point(2),
  incidentCost: point(50_000),
  incidentsAvoided: point(0.25),
  kioskCost: point(100),
  runningCost: point(10_000),
  enrolment: point(6),
};
const MONTH: Measured = {
  days: 36.5,
  kiosks: 10,
  people: 50,
  wards: [
    { ward: "ICU", unlocks: 7_200, tapSeconds: 1, locks: 7_200, disputed: 36 },
    { ward: "Ward 3B", unlocks: 0, tapSeconds: null, locks: 0, disputed: 0 },
  ],
};
const exactly = (value: number): Spread => ({ low: value, mid: value, high: value });

describe("what measured logins are worth", () => {
  it("is plain arithmetic where nothing is uncertain", () => {
    const found = estimate(MONTH, KNOWN, FEW);
    // 7,200 x 0.5 x 20 s = 20 h, less 72 wrong locks x 10 s = 0.2 h.
    expect(found.wards).toEqual([
      { ...MONTH.wards[0], savedSeconds: exactly(20), hours: exactly(19.8) },
      { ...MONTH.wards[1], savedSeconds: exactly(0), hours: exactly(0) },
    ]);
    expect(found).toMatchObject({ unlocks: 7_200, tapSeconds: 1, hours: exactly(19.8), hoursAYear: exactly(198) });
    expect(found).toMatchObject({
      timeValue: exactly(3_960),
      incidentsAvoided: exactly(0.5),
      securityValue: exactly(25_000),
    });
    expect(found).toMatchObject({ costs: exactly(11_200), net: exactly(17_760), likelihood: 100 });
    expect(found.ratio?.mid).toBeCloseTo(28_960 / 11_200, 10);
  });

  it("is below nought where a tap takes longer than signing in did, and says so", () => {
    const slow = { ...MONTH, wards: [{ ward: "ICU", unlocks: 7_200, tapSeconds: 41, locks: 0, disputed: 0 }] };
    expect(estimate(slow, KNOWN, FEW)).toMatchObject({ hours: exactly(-20), timeValue: exactly(-4_000) });
  });

  it("has no ratio where nothing costs anything, and nothing at all before anything was measured", () => {
    const free = { ...KNOWN, kioskCost: point(0), runningCost: point(0), enrolment: point(0) };
    expect(estimate(MONTH, free, FEW).ratio).toBeNull();
    const empty = estimate({ days: 0, kiosks: 0, people: 0, wards: [] }, startAssumptions(), FEW);
    expect(empty).toMatchObject({ wards: [], unlocks: 0, tapSeconds: null, hours: exactly(0), timeValue: exactly(0) });
  });

  it("is the same for the same question", () => {
    expect(estimate(MONTH, startAssumptions())).toEqual(estimate(MONTH, startAssumptions()));
  });
});

const ranges = (name: AssumptionName) => {
  const { least, most } = ASSUMPTIONS[name];
  return fc
    .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 })
    .map((shares) => shares.map((share) => least + share * (most - least)).sort((a, b) => a - b))
    .map(([low = 0, likely = 0, high = 0]) => ({ low, likely, high }));
};
const anyAssumptions: fc.Arbitrary<Assumptions> = fc.record(
  Object.fromEntries(ASSUMPTION_NAMES.map((name) => [name, ranges(name)])) as Record<
    AssumptionName,
    ReturnType<typeof ranges>
  >,
);
const SPREADS = ["hours", "hoursAYear", "timeValue", "securityValue", "costs", "net"] as const;
const notLess = (more: Estimate, less: Estimate, of: (typeof SPREADS)[number]): boolean =>
  (["low", "mid", "high"] as const).every((end) => more[of][end] >= less[of][end] - 1e-6 * Math.abs(less[of][end]));

describe("whatever is assumed", () => {
  it("a spread has its ends in order", () => {
    fc.assert(
      fc.property(anyAssumptions, (assumptions) => {
        const found = estimate(MONTH, assumptions, FEW);
        for (const of of SPREADS) expect([found[of].low, found[of].mid, found[of].high]).toEqual(inOrder(found[of]));
      }),
      { numRuns: 40 },
    );
  });

  const raised: readonly [AssumptionName, (typeof SPREADS)[number], "more" | "less"][] = [
    ["loginBefore", "hours", "more"],
    ["falseLockCost", "hours", "less"],
    ["incidents", "securityValue", "more"],
    ["incidentsAvoided", "securityValue", "more"],
    ["incidentCost", "net", "more"],
    ["kioskCost", "net", "less"],
    ["runningCost", "costs", "more"],
  ];
  it.each(raised)("a higher %s never turns %s the other way (%s)", (name, of, way) => {
    fc.assert(
      fc.property(anyAssumptions, ranges(name), (assumptions, other) => {
        const one = assumptions[name];
        const higher = {
          low: Math.max(one.low, other.low),
          likely: Math.max(one.likely, other.likely),
          high: Math.max(one.high, other.high),
        };
        const [before, after] = [
          estimate(MONTH, assumptions, FEW),
          estimate(MONTH, { ...assumptions, [name]: higher }, FEW),
        ];
        expect(way === "more" ? notLess(after, before, of) : notLess(before, after, of)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

const inOrder = ({ low, mid, high }: Spread): number[] => [low, mid, high].sort((a, b) => a - b);

describe("what may be assumed", () => {
  it("is what a new site begins with", () => {
    expect(Assumptions.safeParse(startAssumptions()).success).toBe(true);
  });

  const refused: readonly [string, object][] = [
    ["ends the wrong way round", { loginBefore: { low: 30, likely: 20, high: 40 } }],
    ["a likely value outside", { loginBefore: { low: 10, likely: 50, high: 40 } }],
    ["more than all", { timeUsed: { low: 0, likely: 1, high: 2 } }],
    ["a share of nothing, by which would be divided", { falseLocksReported: point(0) }],
    ["no number", { workHour: { low: 1, likely: 2, high: Number.NaN } }],
    ["a text", { workHour: { low: 1, likely: "2", high: 3 } }],
    ["what nobody asked", { luck: point(1) }],
  ];
  it.each(refused)("is not %s", (_what, change) => {
    expect(Assumptions.safeParse({ ...startAssumptions(), ...change }).success).toBe(false);
  });
});
