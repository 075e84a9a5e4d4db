import { describe, expect, it } from "vitest";
import { fuseLiveness } from "./fuse-liveness.js";

const fused = (...scores: number[]) => Math.round((fuseLiveness(scores) ?? -1) * 1000) / 1000;

describe("liveness over several frames", () => {
  it("is nothing without a frame, and a frame's own score with one", () => {
    expect([fuseLiveness([]), fused(0.7), fused(0), fused(1), fused(Number.NaN)]).toEqual([
      undefined,
      0.7,
      0.002,
      0.998,
      0.002,
    ]);
  });

  it("forgives one bad frame, whichever it is", () => {
    expect([fused(0, 0.9, 0.9), fused(0.9, 0, 0.9, 0.9), fused(0.9, 0.9, 0.9, 0.9, 0)]).toEqual([0.9, 0.9, 0.9]);
  });

  it("is not won by one lucky frame", () => {
    expect([fused(1, 0.1, 0.1), fused(0.1, 0.1, 1, 0.1)]).toEqual([0.1, 0.1]);
  });

  it("adds evidence up as odds, so that doubt on both sides cancels out", () => {
    expect([fused(0.8, 0.2), fused(0.1, 0.8, 0.2, 0.9)]).toEqual([0.5, 0.5]);
  });
});
