import { seconds } from "@wardkey/protocol";
import { describe, expect, it } from "vitest";
import { BackOff } from "./back-off.js";

const pauses = (random: number, count: number): number[] => {
  const backOff = new BackOff({ first: seconds(1), longest: seconds(60), random: () => random });
  return Array.from({ length: count }, () => backOff.next());
};

describe("pauses after failures", () => {
  it("double up to the longest, each between half of itself and the whole", () => {
    expect(pauses(1, 9)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((each) => each * 1_000));
    expect(pauses(0, 9)).toEqual([0.5, 1, 2, 4, 8, 16, 30, 30, 30].map((each) => each * 1_000));
  });

  it("begin anew after it worked", () => {
    const backOff = new BackOff({ first: seconds(1), longest: seconds(60), random: () => 1 });
    expect([backOff.next(), backOff.next()]).toEqual([1_000, 2_000]);
    backOff.worked();
    expect(backOff.next()).toBe(1_000);
  });
});
