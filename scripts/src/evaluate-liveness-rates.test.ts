import { describe, expect, it } from "vitest";
import { wilson95 } from "./evaluate/intervals.js";
import { histogramOf, type Presentation, ratesAt, responsesOf, thresholdRefusing } from "./evaluate-liveness-rates.js";

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

  it("lets a picture that cannot be read flatter nobody: a live one is refused, an attack's is not counted", () => {
    const unreadable = (kind: string): Presentation => ({ kind, score: undefined, unreadable: true });
    const seen = [...of("live", 0.9), unreadable("live"), ...of("print", 0.9, undefined), unreadable("print")];
    const { bpcer, apcer, nonResponse } = ratesAt(0.5, [...seen, unreadable("screen")]);
    expect([bpcer?.rate, bpcer?.presentations, apcer["print"]?.rate, apcer["print"]?.presentations]).toEqual([
      0.5, 2, 0.5, 2,
    ]);
    expect([Object.keys(apcer), nonResponse]).toEqual([["print"], { live: 0, print: 0.5 }]);
    const counted = Object.entries(responsesOf([...seen, unreadable("screen")])).map(
      ([kind, { presentations, withoutFace, unreadable: damaged }]) =>
        [kind, presentations, withoutFace.rate, damaged.rate] as const,
    );
    expect(counted).toEqual([
      ["live", 2, 0, 0.5],
      ["print", 3, 0.333333, 0.333333],
      ["screen", 1, 0, 1],
    ]);
  });

  it("has intervals that know which presentations are of one person", () => {
    const alike = Array.from({ length: 200 }, (_, index) => ({
      kind: "live",
      score: index % 50 < 5 ? 0.1 : 0.9,
      person: `person ${index % 50}`,
    }));
    const [low, high] = ratesAt(0.5, alike).bpcer?.interval95 ?? [0, 0];
    const [lowest, highest] = wilson95(0.1, 200);
    expect(high - low).toBeGreaterThan(1.3 * (highest - lowest));
    const strangers = alike.map(({ kind, score }) => ({ kind, score }));
    expect(ratesAt(0.5, strangers).bpcer?.interval95).toEqual([lowest, highest]);
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
