import { describe, expect, it } from "vitest";
import { interval95, tallyByPerson, wilson95 } from "./intervals.js";

describe("an interval of a share", () => {
  it("is Wilson's where every pair is of somebody else", () => {
    expect(wilson95(0.1, 100)).toEqual([0.055229, 0.174366]);
    expect(wilson95(0, 0)).toEqual([0, 1]);
    expect(interval95([])).toEqual([0, 1]);
  });

  it("is never narrower than Wilson's, not even without an error", () => {
    const people = Array.from({ length: 50 }, () => ({ errors: 0, trials: 4 }));
    expect(interval95(people)).toEqual(wilson95(0, 200));
  });

  it("is wider where the errors are those of few people", () => {
    const spread = Array.from({ length: 100 }, (_, index) => ({ errors: index % 10 === 0 ? 1 : 0, trials: 10 }));
    const heaped = Array.from({ length: 100 }, (_, index) => ({ errors: index === 0 ? 10 : 0, trials: 10 }));
    expect(interval95(spread)[1]).toBe(wilson95(0.01, 1000)[1]);
    expect(interval95(heaped)[0]).toBe(0);
    expect(interval95(heaped)[1]).toBeGreaterThan(interval95(spread)[1]);
    expect(interval95(heaped)).toEqual(interval95(heaped));
  });
});

describe("a tally", () => {
  it("counts errors and trials of each person", () => {
    const pairs = [
      { person: "ann", error: true },
      { person: "bob", error: false },
      { person: "ann", error: false },
    ];
    expect(tallyByPerson(pairs, (pair) => pair)).toEqual([
      { errors: 1, trials: 2 },
      { errors: 0, trials: 1 },
    ]);
  });
});
