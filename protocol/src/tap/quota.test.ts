import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { after, hours, instant, minutes } from "../units.js";
import { checkQuota, type ReleaseMade } from "./quota.js";

const NOW = instant(Date.UTC(2026, 10, 22, 8));
const ago = (count: number): ReleaseMade["at"] => after(NOW, minutes(-count));
const releases = (count: number, kiosk: string, at = ago(10)): ReleaseMade[] =>
  Array.from({ length: count }, () => ({ kiosk, at }));

describe("the quota", () => {
  it("lets 20 releases an hour go to one kiosk and 60 to all", () => {
    expect(checkQuota({ releases: releases(19, "a"), kiosk: "a", now: NOW })).toEqual({ ok: true });
    const full = releases(20, "a");
    expect(checkQuota({ releases: full, kiosk: "a", now: NOW })).toEqual({
      ok: false,
      code: "quota-kiosk",
      until: after(NOW, minutes(50)),
    });
    expect(checkQuota({ releases: full, kiosk: "b", now: NOW })).toEqual({ ok: true });
    const everywhere = ["a", "b", "c", "d"].flatMap((kiosk) => releases(15, kiosk));
    expect(checkQuota({ releases: everywhere, kiosk: "e", now: NOW })).toMatchObject({ ok: false, code: "quota-all" });
  });

  it("forgets a release after an hour, to the millisecond", () => {
    expect(checkQuota({ releases: releases(20, "a", ago(60)), kiosk: "a", now: NOW })).toEqual({ ok: true });
    const almost = releases(20, "a", instant(ago(60) + 1));
    expect(checkQuota({ releases: almost, kiosk: "a", now: NOW })).toMatchObject({ until: instant(NOW + 1) });
  });

  it("is not freed by a clock that is turned back", () => {
    const made = releases(20, "a", NOW);
    expect(checkQuota({ releases: made, kiosk: "a", now: after(NOW, hours(-5)) })).toMatchObject({ ok: false });
  });

  it("takes other limits from a policy", () => {
    const limits = { perKiosk: 1, all: 2 };
    expect(checkQuota({ releases: releases(1, "a"), kiosk: "a", now: NOW, limits })).toMatchObject({
      code: "quota-kiosk",
    });
  });

  it("never lets more than its limit go in any hour, however releases are asked for", () => {
    const asks = fc.array(fc.record({ wait: fc.integer({ min: 0, max: 20 }), kiosk: fc.constantFrom("a", "b") }), {
      maxLength: 120,
    });
    fc.assert(
      fc.property(asks, (asked) => {
        const made: ReleaseMade[] = [];
        let now = NOW;
        for (const { wait, kiosk } of asked) {
          now = after(now, minutes(wait));
          if (checkQuota({ releases: made, kiosk, now, limits: { perKiosk: 5, all: 8 } }).ok)
            made.push({ kiosk, at: now });
        }
        for (const { at } of made) {
          const within = made.filter((other) => other.at >= at && other.at < at + hours(1));
          expect(within.length).toBeLessThanOrEqual(8);
          expect(within.filter(({ kiosk }) => kiosk === "a").length).toBeLessThanOrEqual(5);
        }
      }),
    );
  });
});
