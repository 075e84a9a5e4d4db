import { expect, it } from "vitest";
import { atMostEvery } from "./activity.js";

it("tells at most once a second, the first time at once", () => {
  const told: number[] = [];
  let now = 0;
  const notice = atMostEvery(
    1_000,
    () => told.push(now),
    () => now,
  );
  for (now = 0; now < 3_000; now += 130) notice();

  expect(told).toEqual([0, 1_040, 2_080]);
});
