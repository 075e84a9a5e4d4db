import type { LockReason, RefusalReason } from "@wardkey/protocol/screen";
import type { AttemptId, Effect, Facts, ImpedimentReason, Session, SessionRules, Step } from "./model.js";
import { evidenceOf } from "./nearby.js";
import { coolUntil, pauseAfter, remember } from "./patience.js";

/** What keeps this kiosk from letting anybody in, the gravest first; `null` when nothing does. */
export function impediment(facts: Facts): ImpedimentReason | null {
  if (facts.cutOff) return "kiosk-cut-off";
  if (facts.journal === "down") return "journal-unavailable";
  if (!facts.leaseValid) return "lease-expired";
  if (facts.camera === "unattested") return "camera-unattested";
  if (facts.camera !== "ok") return "camera-unavailable";
  if (facts.radio === "down") return "radio-unavailable";
  return null;
}

/** Closed: what the screen says while nobody is in and no attempt runs; begins an attempt when everything for it is there. */
export function rest(session: Session, facts: Facts, rules: SessionRules): Step {
  const hindered = impediment(facts);
  if (hindered !== null) return closed(session, { name: "degraded", reason: hindered });
  const refused = session.mode.name === "refused" ? session.mode : null;
  if (refused !== null && facts.monotonic < refused.readUntil) return { session, effects: [] };
  if (!session.enrolling && session.held === null) {
    const next = session.nearby.findLast(
      ({ near, holder }) => near && facts.monotonic >= coolUntil(session.refusals, holder.id),
    );
    if (next !== undefined && facts.face === "one") return begin(session, next.holder, facts, rules);
    if (next !== undefined && facts.face === "several") {
      return refuse(
        session,
        { reason: "several-faces", code: "several-faces", holder: next.holder, attempt: null },
        facts,
        rules,
      );
    }
  }
  // The refusal stays on the screen for as long as its phone must wait, unless everybody has left.
  const somebody = session.nearby.some((each) => each.near);
  if (refused !== null && somebody && facts.monotonic < refused.until) return { session, effects: [] };
  const evidence = evidenceOf(session.nearby);
  if (evidence >= rules.greetFrom && session.held === null) return closed(session, { name: "someone-near", evidence });
  return closed(session, { name: "locked" });
}

const closed = (session: Session, mode: Session["mode"]): Step => ({ session: { ...session, mode }, effects: [] });

function begin(session: Session, holder: { readonly id: string }, facts: Facts, rules: SessionRules): Step {
  const attempt = session.attempts + 1;
  return {
    session: {
      ...session,
      attempts: attempt,
      mode: { name: "identifying", phase: "tapping", attempt, holder, deadline: facts.monotonic + rules.tapDeadline },
    },
    effects: [
      { type: "start-tap", attempt, holder },
      { type: "journal", record: { kind: "tap-started", attempt, holder } },
    ],
  };
}

/** Nobody comes in: says why for a pause that grows with each refusal of the same wallet. */
export function refuse(
  session: Session,
  refusal: { reason: RefusalReason; code: string; holder: { readonly id: string }; attempt: AttemptId | null },
  facts: Facts,
  rules: SessionRules,
): Step {
  const { reason, code, holder, attempt } = refusal;
  const released = session.mode.name === "identifying" && session.mode.phase !== "tapping";
  const refusals = remember(session.refusals, { id: holder.id, released, monotonic: facts.monotonic }, rules.patience);
  const readUntil = facts.monotonic + pauseAfter(1, released, rules.patience);
  const effects: Effect[] = [{ type: "journal", record: { kind: "refused", attempt, reason, code } }];
  if (attempt !== null) {
    effects.unshift({ type: "send-outcome", attempt, outcome: reason === "no-match" ? "not-matched" : "refused" });
    effects.push({ type: "end-attempt", attempt });
  }
  return {
    session: {
      ...session,
      refusals,
      mode: { name: "refused", reason, readUntil, until: coolUntil(refusals, holder.id) },
    },
    effects,
  };
}

/** An attempt ends without a word to the person before the camera: the holder has gone, or something else took over. */
export function abandon(session: Session, facts: Facts, rules: SessionRules): Step {
  if (session.mode.name !== "identifying") return { session, effects: [] };
  const { attempt, phase, holder } = session.mode;
  // A pause also where nothing was released: a phone that flickers at the line, or two radios that speak in one name,
  // would otherwise begin ten attempts a second, each with its line in the journal.
  const released = phase !== "tapping";
  const refusals = remember(session.refusals, { id: holder.id, released, monotonic: facts.monotonic }, rules.patience);
  return {
    session: { ...session, refusals, mode: { name: "locked" } },
    effects: [
      ...unmade(session, "walked-away"),
      { type: "send-outcome", attempt, outcome: "refused" },
      { type: "end-attempt", attempt },
    ],
  };
}

/** The journal already tells of an unlock that never took effect: it learns that the kiosk stayed locked. */
export function unmade(session: Session, why: LockReason): readonly Effect[] {
  if (session.mode.name !== "identifying" || session.mode.phase !== "recording") return [];
  const { attempt, decision } = session.mode;
  return [{ type: "journal", record: { kind: "locked", why, attempt, staffId: decision.staffId } }];
}

/** Locks at once, whatever was going on. */
export function lock(session: Session, why: LockReason, facts: Facts): Step {
  const { mode } = session;
  const locked: Session = { ...session, mode: { name: "locked" } };
  switch (mode.name) {
    case "unlocked":
    case "leaving": {
      const { attempt, staffId } = mode.served;
      return {
        session: { ...locked, lastLock: { why, at: facts.now } },
        effects: [
          { type: "lock" },
          { type: "journal", record: { kind: "locked", why, attempt, staffId } },
          { type: "end-attempt", attempt },
        ],
      };
    }
    case "identifying":
      return {
        session: { ...locked, lastLock: { why, at: facts.now } },
        effects: [
          { type: "lock" },
          ...unmade(session, why),
          { type: "send-outcome", attempt: mode.attempt, outcome: "refused" },
          { type: "end-attempt", attempt: mode.attempt },
        ],
      };
    case "locked":
    case "someone-near":
    case "refused":
    case "degraded":
      return { session, effects: [{ type: "lock" }] };
  }
}
