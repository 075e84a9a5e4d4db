import { InputReport } from "@wardkey/protocol/screen";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LastInput, RESTS_WITHIN_MS } from "./last-input.js";

describe("the last input", () => {
  it("is told as the system says it, once the system has said of a rest", () => {
    const last = new LastInput();
    expect([0, 0, 1, 0, 700, 0].map((seconds, at) => last.looked(seconds, at * 1_000))).toEqual([
      null,
      null,
      { v: 1, secondsAgo: 1 },
      { v: 1, secondsAgo: 0 },
      { v: 1, secondsAgo: 700 },
      { v: 1, secondsAgo: 0 },
    ]);
  });

  it("is never told where the system says 0 for ever", () => {
    const last = new LastInput();
    for (let now = 0; now < 3_600_000; now += 1_000) expect(last.looked(0, now)).toBeNull();
  });

  it("is believed no more after five minutes without a rest, and again after one", () => {
    const last = new LastInput();
    last.looked(3, 0);
    expect(last.looked(0, RESTS_WITHIN_MS)).toEqual({ v: 1, secondsAgo: 0 });
    expect(last.looked(0, RESTS_WITHIN_MS + 1)).toBeNull();
    last.looked(1, RESTS_WITHIN_MS + 2_000);
    expect(last.looked(0, RESTS_WITHIN_MS + 3_000)).toEqual({ v: 1, secondsAgo: 0 });
  });

  it("is nothing when the system says what no clock says, and otherwise what the protocol says", () => {
    const said = fc.oneof(fc.integer({ min: -5, max: 100 }), fc.double(), fc.constantFrom(Number.NaN, 2 ** 60));
    fc.assert(
      fc.property(fc.array(said, { maxLength: 20 }), (looks) => {
        const last = new LastInput();
        let rested = false;
        for (const [turn, seconds] of looks.entries()) {
          const sound = Number.isSafeInteger(seconds) && seconds >= 0;
          rested ||= sound && seconds > 0;
          const report = last.looked(seconds, turn * 1_000);
          expect(report !== null).toBe(sound && rested);
          if (report !== null) expect(InputReport.parse(report)).toEqual({ v: 1, secondsAgo: seconds });
        }
      }),
    );
  });
});
