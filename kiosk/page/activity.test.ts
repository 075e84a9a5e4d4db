import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { atMostEvery, freshInput } from "./activity.js";

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

describe("a report of the desktop's last input", () => {
  it("counts when it is of the last second, and of no other", () => {
    const isFresh = freshInput();
    const reports = [700, 0, 0, 1, 2, 3, 0, 900];
    expect(reports.map((secondsAgo, second) => isFresh(secondsAgo, second * 1_000))).toEqual([
      ...[false, true, true, false, false, false, true, false],
    ]);
  });

  it("never counts for a single one that is old, nor for the first of one second ago", () => {
    for (const secondsAgo of [1, 2, 9, 900]) expect(freshInput()(secondsAgo, 5_000)).toBe(false);
  });

  it("loses no hand and invents none, however unevenly it is asked for", () => {
    const rests = fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 1, maxLength: 40 });
    const waits = fc.array(fc.integer({ min: 900, max: 1_400 }), { minLength: 5, maxLength: 80 });
    fc.assert(
      fc.property(rests, waits, (rests, waits) => {
        const isFresh = freshInput();
        let at = -60_000;
        const inputs = [at, ...rests.map((rest, index) => (at = (index === 0 ? 0 : at) + rest))];
        let now = 0;
        const told: number[] = [];
        for (const wait of waits) {
          now += wait;
          const last = Math.max(...inputs.filter((input) => input <= now));
          if (isFresh(Math.floor((now - last) / 1_000), now)) told.push(now);
        }
        for (const each of told) expect(inputs.some((input) => input <= each && each - input < 2_000)).toBe(true);
        // The first look has none before it to show what is news.
        for (const input of inputs.filter((each) => each > (waits[0] ?? 0) && each + 1_400 <= now)) {
          expect(told.some((each) => each > input - 2_000 && each < input + 2_000)).toBe(true);
        }
      }),
    );
  });
});
