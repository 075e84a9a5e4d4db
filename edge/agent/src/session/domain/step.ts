import { assertNever } from "@wardkey/protocol";
import type { LockReason, RefusalReason } from "@wardkey/protocol/screen";
import type {
  Effect,
  Facts,
  HolderRef,
  Identifying,
  Mode,
  Nearby,
  Session,
  SessionEvent,
  SessionRules,
  Step,
} from "./model.js";
import { sighted, stillThere, without } from "./nearby.js";
import { forgive } from "./patience.js";
import { abandon, impediment, lock, refuse, rest, unmade } from "./rest.js";
import { hurried, keep, serve, tend } from "./serving.js";

/** A kiosk that has just started is locked, whatever it was before. */
export function startSession(facts: Pick<Facts, "now">): Session {
  return {
    mode: { name: "locked" },
    attempts: 0,
    lastLock: { why: "started", at: facts.now },
    nearby: [],
    refusals: [],
    enrolling: false,
    held: null,
  };
}

/**
 * The session: `(state, event) -> { state, effects }`. Two stages: what the event itself does, then what follows from
 * the facts and the time. A lock wins every race because it needs nothing but itself, while an unlock needs the decision of
 * the current attempt, fresh, recorded durably, with every fact still in its favour.
 */
export function step(session: Session, event: SessionEvent, facts: Facts, rules: SessionRules): Step {
  const reacted = react(session, event, facts, rules);
  // Locked is locked: whatever may follow from the facts begins with the next look.
  if (reacted.session.mode.name === "locked" && reacted.effects.some((effect) => effect.type === "lock"))
    return reacted;
  const settled = settle(reacted.session, facts, rules);
  return { session: settled.session, effects: [...reacted.effects, ...settled.effects] };
}

function react(session: Session, event: SessionEvent, facts: Facts, rules: SessionRules): Step {
  switch (event.type) {
    case "approaching":
      return still(seen(session, event.holder, { near: false, evidence: event.evidence, at: facts.monotonic }));
    case "near":
      return keep(
        seen(session, event.holder, { near: true, evidence: 1, at: facts.monotonic }),
        { holder: event.holder, back: true },
        facts,
        rules,
      );
    case "back":
      return keep(session, { holder: event.holder, back: true }, facts, rules);
    case "leaving":
      return away(session, event.holder, facts, rules);
    case "gone": {
      const left = away(session, event.holder, facts, rules);
      return { ...left, session: hurried(left.session, event.holder, facts) };
    }
    case "tapped":
      return onAttempt(session, event.attempt, "tapping", (mode) => ({
        session: {
          ...session,
          mode: { ...mode, phase: "matching", deadline: facts.monotonic + rules.matchDeadline },
        },
        effects: [{ type: "match", attempt: mode.attempt, deadline: facts.monotonic + rules.matchDeadline }],
      }));
    case "tap-failed":
      return onAttempt(session, event.attempt, "tapping", (mode) =>
        refuse(session, { ...event, holder: mode.holder }, facts, rules),
      );
    case "not-matched":
      return onAttempt(session, event.attempt, "matching", (mode) =>
        refuse(session, { ...event, holder: mode.holder, code: event.reason }, facts, rules),
      );
    case "matched":
      return onAttempt(session, event.attempt, "matching", (mode) => matched(session, mode, event, facts, rules));
    case "recorded":
      return recorded(session, event.attempt, facts, rules);
    case "record-failed":
      return onAttempt(session, event.attempt, "recording", (mode) =>
        refuse(
          session,
          { reason: "journal-unavailable", code: "journal-unavailable", holder: mode.holder, attempt: mode.attempt },
          facts,
          rules,
        ),
      );
    case "heartbeat":
      return keep(session, { attempt: event.attempt, heartbeat: facts.monotonic }, facts, rules);
    case "link-lost":
      return linkLost(session, event.attempt, facts, rules);
    case "face-gone-and-phone-still":
      return lock(session, "face-gone-and-phone-still", facts);
    case "lock-now": {
      const locked = lock(session, "lock-now", facts);
      return { ...locked, session: { ...locked.session, held: { since: facts.monotonic, sticky: false } } };
    }
    case "stay":
      return keep(session, { stay: true }, facts, rules);
    case "activity":
      return keep(touched(session, facts, rules), { activity: facts.monotonic }, facts, rules);
    case "enrolment-began": {
      const free = isOpen(session.mode) ? lock(session, "lock-now", facts) : abandon(session, facts, rules);
      return { ...free, session: { ...free.session, enrolling: true } };
    }
    case "enrolment-ended":
      // The person enrolled stands there with phone and face: they walk up anew rather than being let in by surprise.
      return still({ ...session, enrolling: false, held: { since: facts.monotonic, sticky: true } });
    case "look-again":
      return still(session);
    default:
      return assertNever(event);
  }
}

function settle(session: Session, facts: Facts, rules: SessionRules): Step {
  const { mode } = session;
  switch (mode.name) {
    case "locked":
    case "someone-near":
    case "refused":
    case "degraded": {
      const nearby = stillThere(session.nearby, facts.monotonic, rules);
      return rest(released({ ...session, nearby }, facts, rules), facts, rules);
    }
    case "identifying":
      return supervise(session, mode, facts, rules);
    case "unlocked":
    case "leaving":
      return tend(session, mode, facts, rules);
    default:
      return assertNever(mode);
  }
}

/** The hold ends when no phone is near any more, or when the face has left the picture for good and not for a blink. */
function released(session: Session, facts: Facts, rules: SessionRules): Session {
  const { held } = session;
  if (held === null) return session;
  const settled = facts.monotonic - held.since >= rules.heldFor;
  const phoneLeft = !session.nearby.some((each) => each.near) && (settled || !held.sticky);
  const faceLeft = facts.face === "none" && settled;
  return phoneLeft || faceLeft ? { ...session, held: null } : session;
}

function touched(session: Session, facts: Facts, rules: SessionRules): Session {
  if (session.held === null || facts.monotonic - session.held.since < rules.heldFor) return session;
  return { ...session, held: null };
}

function supervise(session: Session, mode: Identifying, facts: Facts, rules: SessionRules): Step {
  const hindered = impediment(facts);
  const late = facts.monotonic >= mode.deadline;
  if (hindered === null && !late) return { session, effects: [] };
  const reason = hindered === "radio-unavailable" ? "phone-lost" : (hindered ?? "too-slow");
  const why = lockedBy(reason);
  const before = unmade(session, why);
  const refused = refuse(session, { reason, code: reason, holder: mode.holder, attempt: mode.attempt }, facts, rules);
  return { session: refused.session, effects: [...before, ...refused.effects] };
}

function lockedBy(reason: RefusalReason): LockReason {
  if (reason === "lease-expired" || reason === "kiosk-cut-off") return reason;
  return reason === "camera-unavailable" ? "camera-lost" : "journal-unavailable";
}

function onAttempt<P extends Identifying["phase"]>(
  session: Session,
  attempt: number,
  phase: P,
  then: (mode: Identifying & { phase: P }) => Step,
): Step {
  const { mode } = session;
  if (mode.name !== "identifying" || mode.attempt !== attempt || !isIn(mode, phase)) return still(session);
  return then(mode);
}

const isIn = <P extends Identifying["phase"]>(mode: Identifying, phase: P): mode is Identifying & { phase: P } =>
  mode.phase === phase;

function matched(
  session: Session,
  mode: Identifying & { phase: "matching" },
  event: Extract<SessionEvent, { type: "matched" }>,
  facts: Facts,
  rules: SessionRules,
): Step {
  const { attempt, holder } = mode;
  const { decision } = event;
  const age = facts.monotonic - decision.decidedAt;
  // `settle` turns what is late or hindered into a refusal that says why.
  if (impediment(facts) !== null || facts.monotonic >= mode.deadline) return still(session);
  if (age < 0 || age > rules.decisionFresh) {
    return refuse(session, { reason: "too-slow", code: "decision-stale", holder, attempt }, facts, rules);
  }
  return {
    session: {
      ...session,
      mode: {
        name: "identifying",
        phase: "recording",
        attempt,
        holder,
        decision,
        deadline: decision.decidedAt + rules.decisionFresh,
      },
    },
    effects: [{ type: "record-unlock", attempt, record: { kind: "unlocked", attempt, decision } }],
  };
}

function recorded(session: Session, attempt: number, facts: Facts, rules: SessionRules): Step {
  return onAttempt(session, attempt, "recording", (mode) => {
    // Denied between the decision and its record: nothing opens, and the journal, which tells of an unlock, learns so.
    if (facts.denied.has(mode.decision.staffId)) {
      const refusal = { reason: "credential-invalid", code: "holder-denied", holder: mode.holder, attempt } as const;
      const refused = refuse(session, refusal, facts, rules);
      return { session: refused.session, effects: [...unmade(session, "person-cut-off"), ...refused.effects] };
    }
    // Likewise: nothing opens here that would close a moment later.
    if (impediment(facts) !== null || facts.monotonic >= mode.deadline) return still(session);
    return {
      session: {
        ...session,
        refusals: forgive(session.refusals, mode.holder.id),
        mode: { name: "unlocked", served: serve(mode, facts) },
      },
      effects: [
        { type: "unlock", attempt },
        { type: "send-outcome", attempt, outcome: "unlocked" },
      ],
    };
  });
}

function away(session: Session, holder: HolderRef, facts: Facts, rules: SessionRules): Step {
  const rest: Session = { ...session, nearby: without(session.nearby, holder) };
  if (rest.mode.name === "identifying" && rest.mode.holder.id === holder.id) return abandon(rest, facts, rules);
  return keep(rest, { holder, back: false }, facts, rules);
}

function linkLost(session: Session, attempt: number, facts: Facts, rules: SessionRules): Step {
  const { mode } = session;
  if (mode.name === "identifying" && mode.attempt === attempt) {
    const before = unmade(session, "heartbeat-lost");
    const refused = refuse(
      session,
      { reason: "phone-lost", code: "phone-lost", holder: mode.holder, attempt },
      facts,
      rules,
    );
    return { session: refused.session, effects: [...before, ...refused.effects] };
  }
  return keep(session, { attempt, heartbeat: "lost" }, facts, rules);
}

function seen(session: Session, holder: HolderRef, sight: Omit<Nearby, "holder">): Session {
  const known = session.nearby.find((each) => each.holder.id === holder.id);
  // A phone that is near stays so until it leaves: an estimate that wavers at the line starts nothing anew.
  const near = sight.near || known?.near === true;
  return { ...session, nearby: sighted(session.nearby, { ...sight, holder, near }) };
}

export const isOpen = (mode: Mode): mode is Extract<Mode, { name: "unlocked" | "leaving" }> =>
  mode.name === "unlocked" || mode.name === "leaving";

const NOTHING: readonly Effect[] = [];
const still = (session: Session): Step => ({ session, effects: NOTHING });
