import { describe, expect, it } from "vitest";
import { detOf } from "./evaluate-liveness-det.js";
import { type Presentation, ratesAt } from "./evaluate-liveness-rates.js";

const spread = (kind: string, count: number, centre: number): Presentation[] =>
  Array.from({ length: count }, (_, index) => ({ kind, score: centre + 0.3 * Math.sin(index * 7.1) }));
const seen = [...spread("live", 200, 0.65), ...spread("print", 100, 0.35), ...spread("screen", 40, 0.5)];

describe("the tradeoff of liveness", () => {
  it("is a curve for each kind, on which refusing more people accepts fewer attacks", () => {
    const det = detOf(seen);
    expect(Object.keys(det)).toEqual(["print", "screen"]);
    for (const points of Object.values(det)) {
      expect(points.length).toBeGreaterThan(10);
      for (const [index, { apcer, bpcer }] of points.entries()) {
        const before = points[index - 1];
        expect(before === undefined || (apcer < before.apcer && bpcer >= before.bpcer)).toBe(true);
      }
    }
  });

  it("goes through the rates at every one of its thresholds", () => {
    for (const { threshold, apcer, bpcer } of detOf(seen)["print"] ?? []) {
      const { bpcer: refused, apcer: accepted } = ratesAt(threshold, seen);
      expect([refused?.rate, accepted["print"]?.rate]).toEqual([bpcer, apcer]);
    }
  });

  it("says where fewer than thirty accepted attacks are behind a point", () => {
    const points = detOf(seen)["print"] ?? [];
    expect(points.map(({ firm }) => firm)).toEqual(points.map(({ apcer }) => Math.round(apcer * 100) >= 30));
  });

  it("has no curve without people, or for fewer than thirty of a kind", () => {
    expect([detOf(spread("print", 50, 0.4)), detOf([...spread("live", 50, 0.6), ...spread("print", 29, 0.4)])]).toEqual(
      [{}, {}],
    );
  });
});
