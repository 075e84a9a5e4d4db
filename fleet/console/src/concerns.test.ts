import type { SiteOverview } from "@wardkey/protocol/fleet";
import { describe, expect, it } from "vitest";
import { concernsOf } from "./concerns.js";
import { DAY, kioskOf as kiosk, NOW, overviewOf, personOf } from "./testing/overviews.js";

const HOUR = 3_600_000;

const kinds = (facts: Partial<SiteOverview>): string[] => concernsOf(overviewOf(facts)).map(({ kind }) => kind);

describe("what needs a person", () => {
  it("is nothing while all is well", () => {
    expect(kinds({})).toEqual([]);
  });

  it("is told for each kiosk, the worst first", () => {
    expect(kinds({ kiosks: [kiosk({ camera: "down", state: "degraded" })] })).toEqual(["camera"]);
    expect(kinds({ kiosks: [kiosk({ state: "degraded" })] })).toEqual(["degraded"]);
    expect(kinds({ kiosks: [kiosk({ readerExpiresAt: NOW + HOUR })] })).toEqual(["certificate"]);
    expect(kinds({ kiosks: [kiosk({ statusExpiresAt: NOW + 5 * HOUR })] })).toEqual(["lease"]);
    expect(
      kinds({
        kiosks: [kiosk({ camera: "down" }), kiosk({ id: "bed-8", lastSeenAt: NOW - 61_000, chainValid: false })],
      }),
    ).toEqual(["chain", "camera", "silent"]);
  });

  it("does not blame the camera of a kiosk that nobody hears", () => {
    expect(kinds({ kiosks: [kiosk({ lastSeenAt: null, camera: "down", state: "degraded" })] })).toEqual(["silent"]);
  });

  it("shows an alarm once a kiosk and kind, for a day", () => {
    const entry = { kiosk: "bed-7", seq: 9, at: NOW - HOUR, kind: "security.alert", body: { reason: "replay" } };
    const journal = [
      entry,
      { ...entry, seq: 8 },
      { ...entry, seq: 7, kind: "presence.replay-suspected" },
      { ...entry, seq: 6, kiosk: "gone", at: NOW - DAY - HOUR },
    ];
    expect(concernsOf(overviewOf({ journal }))).toEqual([
      { kind: "alert", kiosk: kiosk(), entry },
      { kind: "alert", kiosk: kiosk(), entry: { ...entry, seq: 7, kind: "presence.replay-suspected" } },
    ]);
  });

  it("names people whose credential has ended", () => {
    const person = personOf({ credential: "expired" });
    const people = [person, { ...person, staffId: "eva", credential: "active" as const }];
    expect(concernsOf(overviewOf({ people }))).toEqual([{ kind: "credential", person }]);
  });
});
