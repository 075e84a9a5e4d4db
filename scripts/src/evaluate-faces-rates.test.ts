import { describe, expect, it } from "vitest";
import {
  crossValidatedAccuracy,
  equalErrorRate,
  falseNonMatchRate,
  ImpostorScores,
  interval95,
} from "./evaluate-faces-rates.js";

/** Scores 0, 1/n, 2/n … */
function ladder(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => index / count);
}

describe("false match rates", () => {
  it("are the share of impostors at or above a threshold", () => {
    const impostors = new ImpostorScores(Float32Array.of(0.3, 0.1, 0.2, 0.2));
    expect([0, 0.2, 0.25, 0.3, 0.31].map((threshold) => impostors.rateAt(threshold))).toEqual([1, 0.75, 0.25, 0.25, 0]);
  });

  it("choose the lowest threshold that keeps to them", () => {
    const impostors = new ImpostorScores(ladder(10_000));
    const threshold = impostors.thresholdAt(0.01) ?? 0;
    expect(threshold).toBeCloseTo(0.9899, 4);
    expect(impostors.rateAt(threshold)).toBeCloseTo(0.01, 6);
  });

  it("are not given where fewer than thirty false matches are expected", () => {
    expect(new ImpostorScores(ladder(29_999)).thresholdAt(0.001)).toBeUndefined();
    expect(new ImpostorScores(ladder(30_000)).thresholdAt(0.001)).toBeDefined();
  });
});

describe("false non-match rates", () => {
  it("count genuine scores under the threshold, those without a score too", () => {
    expect(falseNonMatchRate([-3, 0.4, 0.5, 0.6], 0.5)).toBe(0.5);
  });
});

describe("accuracy", () => {
  it("is one for scores that a threshold separates and a half for scores that say nothing", () => {
    const separated = Array.from({ length: 40 }, (_, index) => ({ score: index < 20 ? 0.1 : 0.9, same: index >= 20 }));
    expect(crossValidatedAccuracy(separated)).toBe(1);
    const alike = Array.from({ length: 40 }, (_, index) => ({ score: 0, same: index % 2 === 0 }));
    expect(crossValidatedAccuracy(alike)).toBe(0.5);
  });

  it("does not learn from the pairs that it is measured on", () => {
    // Each fold's genuine score lies alone among impostors; a threshold fitted on it would be right.
    const pairs = Array.from({ length: 20 }, (_, index) => ({ score: index % 10, same: index >= 10 }));
    expect(crossValidatedAccuracy(pairs)).toBeLessThanOrEqual(0.5);
  });
});

describe("the equal error rate", () => {
  it("is nought for separated scores and the share of the overlap otherwise", () => {
    expect(equalErrorRate([0.8, 0.9], new ImpostorScores(Float32Array.of(0.1, 0.2)))).toBe(0);
    expect(equalErrorRate([0.1, 0.7, 0.8, 0.9], new ImpostorScores(Float32Array.of(0.1, 0.2, 0.3, 0.75)))).toBe(0.25);
  });
});

describe("the interval of a share", () => {
  it("is Wilson's", () => {
    expect(interval95(0.1, 100)).toEqual([0.055229, 0.174366]);
    expect(interval95(0, 0)).toEqual([0, 1]);
  });
});
