import { minutes } from "@wardkey/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chargeGuess, type GuessRecord, NO_GUESSES } from "./back-off.js";
import { freeStaffId, staffIdStem } from "./staff-id.js";

describe("guessing the operator code", () => {
  it("costs at least fifteen minutes a try in the long run, however the tries are spaced", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: minutes(20) }), { minLength: 200, maxLength: 200 }), (pauses) => {
        let record: GuessRecord = NO_GUESSES;
        let now = 1_000_000;
        let judged = 0;
        for (const pause of pauses) {
          now += pause;
          const step = chargeGuess(record, now);
          if (!step.ok) continue;
          record = step.record;
          judged += 1;
        }
        const passed = now - 1_000_000;
        expect(judged).toBeLessThanOrEqual(8 + passed / minutes(15));
      }),
    );
  });

  it("is not locked for longer than fifteen minutes when the clock was turned back", () => {
    const record = { failures: 9, lockedUntil: 10 ** 12 };
    expect(chargeGuess(record, 0)).toEqual({ ok: false, retryAfter: minutes(15) });
  });
});

describe("staff ids", () => {
  it("are valid for every name and never taken", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), fc.string({ maxLength: 40 }), (given, family) => {
        const stem = staffIdStem(given, family);
        const taken = new Set([stem, `${stem}-2`]);
        expect(stem).toMatch(/^[a-z0-9-]{1,63}$/);
        expect(freeStaffId(stem, taken)).toBe(`${stem}-3`);
        expect(`${stem}-3`).toMatch(/^[a-z0-9-]{1,63}$/);
      }),
    );
  });
});
