import { describe, expect, it } from "vitest";
import {
  type MeasuredThresholds,
  type OperatingPoint,
  OperatingPoints,
  shippedRates,
  thresholdsAt,
} from "./operating-points.js";
import { modelPlaces, readRegistry } from "./read-registry.js";

function point(rate: number, threshold: number, more: Partial<OperatingPoint> = {}): OperatingPoint {
  return {
    rate,
    threshold,
    falseMatchRate: rate,
    falseMatchInterval95: [rate / 2, rate * 2],
    falseNonMatchRate: 0.1,
    falseNonMatchInterval95: [0.05, 0.15],
    ...more,
  };
}

const bare = [point(1e-2, 0.3), point(1e-3, 0.4), point(1e-4, 0.5)];
const masked = [point(1e-2, 0.35), point(1e-3, 0.45)];
const thresholds: MeasuredThresholds = { bare, masked, maskEvidence: 0.5, liveness: 0.5 };

describe("thresholds by rate", () => {
  it.each([
    ["the very rate", { bare: 1e-4, masked: 1e-3 }, 0.5, 0.45],
    ["the laxest that is at least as strict", { bare: 5e-3, masked: 0.5 }, 0.4, 0.35],
    ["nothing where nothing so strict was measured", { bare: 1e-5, masked: 1e-4 }, undefined, undefined],
    ["nothing in a branch that somebody closed", { bare: 1e-2, masked: null }, 0.3, undefined],
  ])("give %s", (_, rates, atBare, atMasked) => {
    const chosen = thresholdsAt({ thresholds }, rates);
    expect([chosen.bare?.threshold, chosen.masked?.threshold]).toEqual([atBare, atMasked]);
    expect([chosen.maskEvidence, chosen.liveness]).toEqual([0.5, 0.5]);
  });

  it("ship at 1e-4 bare, and masked at 1e-3 until 1e-4 costs at most 5 % false non-matches", () => {
    const cost = (falseNonMatchRate: number) => [...masked, point(1e-4, 0.6, { falseNonMatchRate })];
    const shipped = (points: readonly OperatingPoint[]) => shippedRates({ masked: points });
    expect(shipped(masked)).toEqual({ bare: 1e-4, masked: 1e-3 });
    expect(shipped(cost(0.0501))).toEqual({ bare: 1e-4, masked: 1e-3 });
    expect(shipped(cost(0.05))).toEqual({ bare: 1e-4, masked: 1e-4 });
    expect(thresholdsAt({ thresholds: { ...thresholds, masked: cost(0.05) } }).masked?.threshold).toBe(0.6);
  });

  it.each([
    ["rates that grow laxer", [point(1e-3, 0.4), point(1e-2, 0.5)]],
    ["the same rate twice", [point(1e-3, 0.4), point(1e-3, 0.4)]],
    ["a stricter rate at a lower threshold", [point(1e-2, 0.4), point(1e-3, 0.3)]],
    ["a rate that was measurably not kept", [point(1e-3, 0.4, { falseMatchInterval95: [1.1e-3, 2e-3] })]],
    ["a rate of nought", [point(0, 0.4)]],
    ["a threshold beyond any cosine", [point(1e-3, 1.1)]],
  ])("are refused with %s", (_, points) => {
    expect(OperatingPoints.safeParse(points).success).toBe(false);
  });

  it("are in this release's registry for its default operating point", async () => {
    const registry = await readRegistry(modelPlaces().registryPath);
    const shipped = thresholdsAt(registry);
    const rates = shippedRates(registry.thresholds);
    expect([shipped.bare?.rate, shipped.masked?.rate]).toEqual([rates.bare, rates.masked]);
  });
});
