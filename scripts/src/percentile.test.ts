import { expect, it } from "vitest";
import { percentile } from "./percentile.js";

it("takes the nearest rank of unsorted measurements", () => {
  const values = [30, 10, 20, 50, 40];
  expect([0, 50, 95, 100].map((rank) => percentile(values, rank))).toEqual([10, 30, 50, 50]);
});

it("has no value for no measurements", () => {
  expect(percentile([], 50)).toBeNaN();
});
