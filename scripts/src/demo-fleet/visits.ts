import type { JournalBody, JournalKind } from "@wardkey/protocol/fleet";
import type { Draws } from "./draws.js";

/** What a kiosk journals, before it has its place in a chain. */
export type Entry = {
  [K in JournalKind]: { readonly at: number; readonly kind: K; readonly body: JournalBody<K> };
}[JournalKind];

const REFUSALS = { "no-match": 0.45, "too-slow": 0.2, "several-faces": 0.15, "not-live": 0.12, "phone-refused": 0.08 };
const WAYS = { face: 0.94, badge: 0.035, phone: 0.015, code: 0.01 };
/** `idle` and `face-gone-and-phone-still`: somebody left and their phone stayed. */
const LEAVINGS = { "walked-away": 0.66, "lock-now": 0.26, idle: 0.05, "face-gone-and-phone-still": 0.03 };
type Leaving = keyof typeof LEAVINGS;
/** Medians and spreads that make a day look like one; they claim nothing about any hospital. */
const TAP_MS = { bare: 560, masked: 760, without: 6_500 };
const STAY_MS = 95_000;
const MASKED = 0.35;

/** One visit at a kiosk, from walking up to the lock: what an agent would journal of it, in order. */
export function visitOf(
  draws: Draws,
  { person, at, newId }: { person: string; at: number; newId: () => string },
): readonly Entry[] {
  const entries: Entry[] = [];
  const staffId = person;
  let now = at;
  const unlock = (): string => {
    const session = newId();
    entries.push({ at: now, kind: "session.near", body: { session, staffId } });
    now += draws.whole(300, 1_500);
    if (draws.happens(0.035)) {
      const reason = draws.weighted(REFUSALS);
      entries.push({ at: now, kind: "tap.refused", body: { reason, session, staffId, ms: draws.whole(900, 4_000) } });
      now += draws.whole(2_000, 9_000);
    }
    const way = draws.weighted(WAYS);
    const branch = draws.happens(MASKED) ? "masked" : "bare";
    const ms = Math.round(draws.lognormal(way === "face" ? TAP_MS[branch] : TAP_MS.without, 0.28));
    now += ms;
    const shown = way === "face" ? ({ branch, cameraAttested: true } as const) : {};
    entries.push({ at: now, kind: "session.unlocked", body: { session, staffId, way, ms, ...shown } });
    return session;
  };
  const leave = (session: string, reason: Leaving, heldMs: number): void => {
    now += heldMs;
    const metres = Number((2 + draws.whole(0, 45) / 10).toFixed(1));
    if (reason !== "walked-away") {
      entries.push({ at: now, kind: "session.locked", body: { reason, session, staffId, heldMs } });
      return;
    }
    entries.push({ at: now, kind: "session.leaving", body: { session, staffId, metres } });
    now += draws.whole(1_200, 3_500);
    const leftMs = draws.whole(1_200, 3_500);
    entries.push({ at: now, kind: "session.locked", body: { reason, session, staffId, metres, leftMs, heldMs } });
  };
  const held = Math.round(Math.min(1_800_000, draws.lognormal(STAY_MS, 0.9)));
  const session = unlock();
  if (draws.happens(0.012)) {
    // Locked although they were still there: they say so, or come straight back.
    leave(session, "walked-away", Math.round(held / 2));
    if (draws.happens(0.5)) entries.push({ at: now + 900, kind: "session.lock-disputed", body: { session } });
    now += draws.whole(4_000, 14_000);
    leave(unlock(), "walked-away", Math.round(held / 2));
  } else {
    if (draws.happens(0.03)) {
      now += Math.round(held / 3);
      entries.push({ at: now, kind: "session.kept", body: { session, staffId, reason: "stay" } });
    }
    leave(session, draws.weighted(LEAVINGS), held);
  }
  return entries;
}
