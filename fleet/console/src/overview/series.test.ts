import { describe, expect, it } from "vitest";
import type { HourFigures } from "./answers.js";
import { seriesOf, sumsOf } from "./series.js";

const HOUR = 3_600_000;
const hour = (at: number, changes: Partial<HourFigures> = {}): HourFigures => ({
  ...{ at, unlocks: 0, refused: 0, locks: 0, disputed: 0, emergencies: 0, alarms: 0, tap: null },
  ...changes,
});
const tap = (timed: number, meanMs: number) => ({ timed, meanMs, medianMs: meanMs, p95Ms: meanMs });

describe("figures over time", () => {
  it("show every hour of the range, quiet ones as quiet and without a tap time", () => {
    const shown = seriesOf([hour(2 * HOUR, { unlocks: 3, tap: tap(3, 400) })], { from: HOUR + 5, to: 3 * HOUR + 1 });
    expect(shown).toMatchObject({
      times: [HOUR, 2 * HOUR, 3 * HOUR],
      unlocks: [0, 3, 0],
      medianMs: [null, 400, null],
    });
  });

  it("sum to a mean weighed by how many taps each hour had", () => {
    const hours = [hour(0, { unlocks: 4, locks: 4, disputed: 1, tap: tap(3, 400) }), hour(HOUR, { tap: tap(1, 800) })];
    expect(sumsOf(hours)).toEqual({ unlocks: 4, refused: 0, locks: 4, disputed: 1, meanMs: 500 });
    expect(sumsOf([]).meanMs).toBeNull();
  });
});
