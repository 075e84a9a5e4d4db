import { POSTURE_LEASE_MS } from "@wardkey/protocol/screen";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CoverLease, LEASE_MS } from "./cover.js";

const bar = { v: 1, posture: "bar", height: 72 } as const;
const cover = { v: 1, posture: "cover", height: 72 } as const;

describe("the cover", () => {
  it("lies over the screen from the start", () => {
    expect(new CoverLease().at(0)).toEqual({ kind: "cover" });
  });

  it("shrinks to a bar for as long as the page says so, and comes back by itself", () => {
    const lease = new CoverLease();
    lease.said(bar, 1_000);
    expect([1_000, 3_999, 4_000, 9_000].map((now) => lease.at(now))).toEqual([
      { kind: "bar", height: 72 },
      { kind: "bar", height: 72 },
      { kind: "cover" },
      { kind: "cover" },
    ]);
    expect([1_000, 3_900, 4_000].map((now) => lease.left(now))).toEqual([3_000, 100, null]);
  });

  it("comes back at once when the page says so or is gone", () => {
    for (const ends of [(lease: CoverLease) => lease.said(cover, 1_200), (lease: CoverLease) => lease.end()]) {
      const lease = new CoverLease();
      lease.said(bar, 1_000);
      ends(lease);
      expect(lease.at(1_200)).toEqual({ kind: "cover" });
    }
  });

  it("is never away without a word for it within the lease, in any order of words and silence", () => {
    const happening = fc.record({
      after: fc.nat(5_000),
      what: fc.constantFrom("bar", "cover", "end", "look" as const),
    });
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 30 }), (happenings) => {
        const lease = new CoverLease();
        let now = 0;
        let spoken: number | null = null;
        for (const { after, what } of happenings) {
          now += after;
          if (what === "bar") lease.said(bar, now);
          if (what === "cover") lease.said(cover, now);
          if (what === "end") lease.end();
          if (what !== "look") spoken = what === "bar" ? now : null;
          const open = spoken !== null && now - spoken < LEASE_MS;
          expect(lease.at(now).kind).toBe(open ? "bar" : "cover");
        }
      }),
    );
  });

  it("lasts as long as the page believes", () => {
    expect(LEASE_MS).toBe(POSTURE_LEASE_MS);
  });
});
