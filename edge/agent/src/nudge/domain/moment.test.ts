import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isOvertaken, JUST_IN_MS, type MomentFacts, momentOf, PAUSE_MS, type Waiting } from "./moment.js";

const time = fc.integer({ min: 0, max: 200_000 });
const attempt = fc.integer({ min: 1, max: 3 });
const facts: fc.Arbitrary<MomentFacts> = fc
  .record({
    monotonic: time,
    open: fc.option(fc.record({ attempt, since: time })),
    leaving: fc.boolean(),
    atRest: fc.boolean(),
    procedure: fc.boolean(),
    emergency: fc.boolean(),
    quiet: fc.boolean(),
    lastShownAt: fc.option(time),
  })
  // Somebody is in, or is leaving, or it is locked.
  .map((drawn) => ({
    ...drawn,
    leaving: drawn.open === null && drawn.leaving,
    atRest: drawn.open === null && !drawn.leaving && drawn.atRest,
  }));
const waiting: fc.Arbitrary<Waiting> = fc.record({
  moment: fc.constantFrom("tap-in" as const, "tap-out" as const),
  expiresAt: time,
  attempt: fc.option(attempt),
});

describe("whatever the kiosk is at", () => {
  it("shows nothing in quiet hours, in somebody's work, too soon after another, too late, or to somebody else", () => {
    fc.assert(
      fc.property(waiting, facts, (nudge, now) => {
        if (momentOf(nudge, now) !== "show") return;
        expect(now.quiet).toBe(false);
        expect(now.monotonic).toBeLessThan(nudge.expiresAt);
        if (now.lastShownAt !== null) expect(now.monotonic - now.lastShownAt).toBeGreaterThanOrEqual(PAUSE_MS);
        if (nudge.moment === "tap-out") {
          expect(now.atRest).toBe(true);
        } else {
          expect([now.open?.attempt, now.procedure, now.emergency]).toEqual([nudge.attempt, false, false]);
          expect(now.monotonic - (now.open?.since ?? 0)).toBeLessThanOrEqual(JUST_IN_MS);
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it("never shows what it would have to take away at once", () => {
    fc.assert(
      fc.property(waiting, facts, (nudge, now) => {
        if (momentOf(nudge, now) === "show") expect(isOvertaken(nudge, now)).toBe(false);
      }),
      { numRuns: 5_000 },
    );
  });
});
