import { describe, expect, it } from "vitest";
import { Behaviours, MOST_KEPT } from "./behaviours.js";

const NOW = Date.UTC(2026, 10, 23, 9);

describe("behaviour", () => {
  it("is kept of so many, and then of those that were seen last", () => {
    const seen = new Behaviours([{ name: "failed-taps", at: "device:first", rate: 100, asOf: NOW - 1 }]);
    for (let index = 0; index < MOST_KEPT; index += 1) {
      for (const _ of [1, 2, 3]) seen.see({ name: "failed-taps", at: `device:${index}` }, NOW + index);
      if (index === 9) seen.see({ name: "failed-taps", at: "device:0" }, NOW + index);
    }
    seen.see({ name: "odd-hours", at: "person:late" }, NOW + MOST_KEPT);
    const kept = new Set(seen.takeTouched().map(({ at }) => at));
    expect(kept.size).toBe(MOST_KEPT);
    expect(["device:first", "device:0", "device:1", "device:2", "person:late"].map((at) => kept.has(at))).toEqual([
      ...[false, true, false, true, true],
    ]);
  });
});
