import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { healthyReport, NOON, wanted } from "../testing/reports.js";
import { difference, emptyShadow, type Heard, hear, type Shadow } from "./shadow.js";

const fresh = emptyShadow("bed-7");
const birth = (session: number): Heard => ({ kind: "birth", session, at: NOON });
const death = (session: number): Heard => ({ kind: "death", session, at: NOON });
const after = (...heard: Heard[]): Shadow => heard.reduce((shadow, one) => hear(shadow, one, NOON).shadow, fresh);

describe("birth and last will", () => {
  it("make a device online and offline", () => {
    expect(after(birth(1))).toEqual({ ...fresh, online: true, session: 1, seenAt: NOON });
    expect(after(birth(1), death(1))).toEqual({ ...fresh, online: false, session: 1, seenAt: NOON });
    expect(after(birth(1), death(1), birth(1)).online).toBe(true);
  });

  it("of an earlier start change nothing when the will comes late", () => {
    const now = after(birth(1), birth(2));
    expect(hear(now, death(1), NOON)).toEqual({ outcome: "stale", shadow: now });
  });

  it("of an earlier start are refused when they pose as news, and marked until the next honest one", () => {
    const replayed = hear(after(birth(5)), birth(4), NOON + 1);
    expect(replayed).toMatchObject({
      outcome: "refused",
      code: "session-regressed",
      shadow: { session: 5, regressedAt: NOON + 1 },
    });
    expect(hear(replayed.shadow, birth(6), NOON + 2)).toMatchObject({
      outcome: "taken",
      shadow: { regressedAt: null },
    });
  });

  it("never end a session that did not begin", () => {
    expect(hear(fresh, death(3), NOON)).toEqual({ outcome: "refused", code: "session-unknown", shadow: fresh });
  });

  it("leave the session counter growing through any history", () => {
    const heard = fc.record({
      kind: fc.constantFrom("birth" as const, "death" as const),
      session: fc.nat({ max: 9 }),
      at: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(heard, { maxLength: 30 }), (history) => {
        let shadow = fresh;
        for (const one of history) {
          const next = hear(shadow, one, NOON).shadow;
          expect(next.session ?? -1).toBeGreaterThanOrEqual(shadow.session ?? -1);
          shadow = next;
        }
      }),
    );
  });
});

describe("a report", () => {
  const report = (at: number, journalSeq = 100): Heard => ({
    kind: "reported",
    at,
    body: healthyReport({ journalSeq }),
  });

  it("takes the place of an older one, and an older one changes nothing", () => {
    const now = after(report(NOON));
    expect(now).toMatchObject({ reportedAt: NOON, reportedStamp: NOON, reported: { journalSeq: 100 } });
    expect(hear(now, report(NOON - 1), NOON)).toEqual({ outcome: "stale", shadow: now });
  });

  it("is news when a clock that was a day ahead was set right, as the journal shows", () => {
    const ahead = after(report(NOON + 86_400_000, 100));
    expect(hear(ahead, report(NOON, 101), NOON).outcome).toBe("taken");
    expect(hear(ahead, report(NOON, 99), NOON).outcome).toBe("stale");
  });
});

describe("the difference", () => {
  it("is what the device has yet to follow", () => {
    const reported = healthyReport();
    expect(difference({ reported, desired: wanted() })).toEqual([]);
    expect(difference({ reported: null, desired: wanted() })).toEqual([]);
    const other = "x".repeat(43);
    const desired = wanted({
      policy: { version: 5, digest: other },
      tableDigest: other,
      denyEpoch: 9,
      status: "denied",
    });
    expect(difference({ reported: { ...reported, state: "unlocked" }, desired })).toEqual([
      "policy",
      "table",
      "deny-list",
      "status",
    ]);
    expect(
      difference({ reported, desired: wanted({ policy: null, tableDigest: null, status: "quarantined" }) }),
    ).toEqual([]);
  });
});
