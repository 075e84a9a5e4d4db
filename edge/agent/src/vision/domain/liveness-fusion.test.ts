import { describe, expect, it } from "vitest";
import { LivenessFusion } from "./liveness-fusion.js";

/** Scores 83 ms apart, as they come at the fast pace. */
function seen(scores: readonly number[], everyMs = 83): LivenessFusion {
  const fusion = new LivenessFusion();
  for (const [index, score] of scores.entries()) fusion.add(index * everyMs, score);
  return fusion;
}

describe("liveness over the last second", () => {
  it("says nothing on fewer than three frames, however sure they are", () => {
    expect([seen([]), seen([0.99, 0.99]), seen([0.01, 0.01])].map((fusion) => fusion.judge(0.5))).toEqual([
      "unknown",
      "unknown",
      "unknown",
    ]);
  });

  it("lets one bad frame refuse nobody, and one lucky one admit nobody", () => {
    expect([seen([0.9, 0.02, 0.9]), seen([0.1, 0.99, 0.1])].map((fusion) => fusion.judge(0.5))).toEqual([
      "live",
      "not-live",
    ]);
  });

  it("forgets what is older than a second: a picture put in a person's place is found out within it", () => {
    const person = new Array<number>(20).fill(0.9);
    const picture = new Array<number>(12).fill(0.1);
    expect([seen([...person, 0.1]), seen([...person, ...picture])].map((fusion) => fusion.judge(0.5))).toEqual([
      "live",
      "not-live",
    ]);
    expect(seen([...person, ...picture]).score).toBeCloseTo(0.1, 5);
  });

  it("has too few frames for a verdict when they come slowly", () => {
    expect(seen([0.9, 0.9, 0.9, 0.9], 500).judge(0.5)).toBe("unknown");
  });

  it("starts anew with another face", () => {
    const fusion = seen([0.9, 0.9, 0.9]);
    fusion.reset();
    expect([fusion.score, fusion.judge(0.5)]).toEqual([null, "unknown"]);
  });
});
