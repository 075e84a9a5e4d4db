import { describe, expect, it } from "vitest";
import { ImpostorScores } from "./impostor-scores.js";
import { crossValidatedAccuracy, equalErrorRate, falseNonMatchRate } from "./rates.js";

function impostorsOf(scores: Iterable<number>): ImpostorScores {
  const impostors = new ImpostorScores();
  for (const score of scores) impostors.add(score);
  return impostors;
}

/** Scores 0, 1/n, 2/n … */
function ladder(count: number): ImpostorScores {
  return impostorsOf(Array.from({ length: count }, (_, index) => index / count));
}

describe("false match rates", () => {
  it("are the share of impostors at or above a threshold", () => {
    const impostors = impostorsOf([0.3, 0.1, 0.2, 0.2]);
    expect([0, 0.2, 0.25, 0.3, 0.31].map((threshold) => impostors.rateAt(threshold))).toEqual([1, 0.75, 0.25, 0.25, 0]);
  });

  it("choose the lowest threshold that keeps to them", () => {
    const impostors = ladder(10_000);
    const threshold = impostors.thresholdAt(0.01) ?? 0;
    expect(threshold).toBeCloseTo(0.9899, 4);
    expect(impostors.rateAt(threshold)).toBeCloseTo(0.01, 6);
    expect(impostors.rateAt(threshold - 1e-5)).toBeGreaterThan(0.01);
  });

  it("are not given where fewer than thirty false matches are expected", () => {
    expect(ladder(29_999).thresholdAt(0.001)).toBeUndefined();
    expect(ladder(30_000).thresholdAt(0.001)).toBeDefined();
  });

  it("hold scores outside the scale in its outermost steps, and take a nought for a match", () => {
    const impostors = impostorsOf([-9, 0, 9]);
    expect([-3, 0, 1e-5, 3].map((threshold) => impostors.rateAt(threshold))).toEqual([1, 2 / 3, 1 / 3, 1 / 3]);
  });

  it("add up over branches", () => {
    const all = impostorsOf([0.1]);
    all.addAll(impostorsOf([0.2, 0.3]));
    expect([all.count, all.rateAt(0.2)]).toEqual([3, 2 / 3]);
  });

  it("say between which scores they lie, without pairs that have no score", () => {
    expect(impostorsOf([-3, -0.25, 0.5]).range(-3)).toEqual([-0.25, 0.5]);
    expect(impostorsOf([-3]).range(-3)).toBeUndefined();
    expect(impostorsOf([-3, -0.5, 0.49]).binned(-1, 1, 2)).toEqual([1 / 3, 1 / 3]);
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
    expect(equalErrorRate([0.8, 0.9], impostorsOf([0.1, 0.2]))).toBe(0);
    expect(equalErrorRate([0.1, 0.7, 0.8, 0.9], impostorsOf([0.1, 0.2, 0.3, 0.75]))).toBe(0.25);
  });

  it("is not given without pairs of both kinds", () => {
    expect([equalErrorRate([], impostorsOf([0.1])), equalErrorRate([0.1], impostorsOf([]))]).toEqual([
      undefined,
      undefined,
    ]);
  });
});
