import { describe, expect, it } from "vitest";
import { histogramOf, type Presentation, ratesAt, thresholdRefusing } from "./evaluate-liveness-rates.js";

const of = (kind: string, ...scores: (number | undefined)[]): Presentation[] =>
  scores.map((score) => ({ kind, score }));

describe("rates of a liveness evaluation", () => {
  it("counts a person in whom no face is found as refused, and an attack without a face as not accepted", () => {
    const seen = [...of("live", 0.9, 0.8, undefined, 0.2), ...of("print", 0.9, 0.1, undefined, 0.1)];
    expect(ratesAt(0.5, seen)).toEqual({
      threshold: 0.5,
      bpcer: { rate: 0.5, interval95: [0.150039, 0.849961], presentations: 4 },
      bpcerByGroup: { live: { rate: 0.5, interval95: [0.150039, 0.849961], presentations: 4 } },
      apcer: { print: { rate: 0.25, interval95: [0.045587, 0.699358], presentations: 4 } },
      nonResponse: { live: 0.25, print: 0.25 },
    });
  });

  it("never pools the kinds", () => {
    const { apcer } = ratesAt(0.5, [...of("print", 0.9), ...of("screen", 0.1), ...of("cut-out", 0.5)]);
    expect(Object.entries(apcer).map(([kind, { rate }]) => [kind, rate])).toEqual([
      ["cut-out", 1],
      ["print", 1],
      ["screen", 0],
    ]);
  });

  it("has no bona fide rate, and no threshold, without a bona fide presentation", () => {
    const attacks = of("screen", 0.4);
    expect([ratesAt(0.5, attacks).bpcer, thresholdRefusing(0.03, attacks)]).toEqual([null, undefined]);
  });

  it("finds the threshold that refuses no more than it may", () => {
    const live = of("live", ...Array.from({ length: 100 }, (_, index) => (index + 1) / 100));
    const threshold = thresholdRefusing(0.03, live);
    expect([threshold, ratesAt(threshold ?? 0, live).bpcer?.rate]).toEqual([0.04, 0.03]);
  });

  it("puts the highest score into the last bin", () => {
    const bins = histogramOf(of("live", 1, 0.97, 0, undefined))["live"];
    expect([bins?.length, bins?.[0], bins?.[19]]).toEqual([20, 1, 2]);
  });
});
