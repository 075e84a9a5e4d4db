import type { Draws } from "./draws.js";
import type { Entry } from "./visits.js";

/** What goes wrong at a simulated site now and then, so that whoever looks has something to see. */
export const INCIDENTS = [
  "refusals",
  "attack",
  "two-places",
  "lent-badge",
  "break-glass",
  "camera",
  "radio",
  "replay",
  "offline",
  "clock",
  "borrowed-name",
] as const;
export type Incident = (typeof INCIDENTS)[number];

/** What an incident has kiosks journal: first at the kiosk where it happens, then at another. */
export function journaledIn(
  incident: Incident,
  draws: Draws,
  about: { at: number; person: string; newId: () => string },
): { readonly here: readonly Entry[]; readonly there: readonly Entry[] } {
  const { at, person: staffId, newId } = about;
  const session = newId();
  switch (incident) {
    case "refusals":
      return { here: times(draws.whole(5, 9), (turn) => refused(at + turn * 3_000, "no-match", staffId)), there: [] };
    case "attack":
      return { here: times(3, (turn) => refused(at + turn * 5_000, "not-live", staffId)), there: [] };
    case "two-places":
      return { here: [unlocked(at, staffId, session)], there: [unlocked(at + 6_000, staffId, newId())] };
    case "lent-badge": {
      const byBadge = { session: newId(), staffId, way: "badge", ms: 6_400 } as const;
      const lent: Entry = { at: at + 60_000, kind: "session.unlocked", body: byBadge };
      return { here: [unlocked(at, staffId, session)], there: [lent] };
    }
    case "break-glass": {
      const reason = draws.pick(["patient-in-danger", "no-way-in", "other-emergency"] as const);
      const minutes = 15;
      const opened = { session, staffId, reason, minutes, review: "security-officer", reviewHours: 24 } as const;
      const how = { operation: "unlock-workstation", means: "code", leaseEnded: false, ms: 9_000 } as const;
      const ended = { reason: "lock-now", session, staffId, heldMs: 240_000 };
      return {
        here: [
          { at, kind: "break-glass.opened", body: { ...opened, ...how } },
          { at: at + 240_000, kind: "session.locked", body: ended },
        ],
        there: [],
      };
    }
    case "camera":
      return { here: [{ at, kind: "camera.lost", body: { reason: "no-frames" } }], there: [] };
    case "radio":
      return {
        here: [
          { at, kind: "radio.lost", body: { reason: "adapter-gone" } },
          { at: at + 20_000, kind: "radio.back", body: { lostMs: 20_000 } },
        ],
        there: [],
      };
    case "replay":
      return { here: [{ at, kind: "presence.replay-suspected", body: { staffId, count: 3 } }], there: [] };
    case "offline":
    case "clock":
    case "borrowed-name":
      return { here: [], there: [] };
  }
}

const refused = (at: number, reason: string, staffId: string): Entry => ({
  at,
  kind: "tap.refused",
  body: { reason, staffId, ms: 2_400 },
});
const unlocked = (at: number, staffId: string, session: string): Entry => ({
  at,
  kind: "session.unlocked",
  body: { session, staffId, way: "face", branch: "bare", cameraAttested: true, ms: 610 },
});
const times = <T>(count: number, make: (turn: number) => T): T[] =>
  Array.from({ length: count }, (_, turn) => make(turn));
