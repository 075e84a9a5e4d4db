import { assertNever } from "@wardkey/protocol";
import type { LockReason, RefusalReason } from "@wardkey/protocol/screen";
import { advanced, underWay, wayOf } from "./attempt.js";
import { challenged } from "./challenging.js";
import { wentElsewhere } from "./elsewhere.js";
import { isDeferred } from "./leaving.js";
import type {
  Effect,
  Facts,
  HolderRef,
  Identifying,
  Mode,
  Nearby,
  Proving,
  Recording,
  Served,
  Session,
  SessionRules,
  Step,
  Tapping,
} from "./model.js";
import { sighted, stillThere, without } from "./nearby.js";
import { forgive } from "./patience.js";
import { beginProcedure, endProcedure, procedureNotRecorded, procedureRecorded } from "./procedure.js";
import { offered, proven } from "./proving.js";
import { recordFirst } from "./recording.js";
import { abandon, hindranceTo, impediment, lock, refuse, rest, unmade } from "./rest.js";
import { hurried, keep, serve, tend } from "./serving.js";
import type { SessionEvent } from "./session-event.js";

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
        seen(session, event.holder, {
          ...{ near: true, evidence: 1, at: facts.monotonic },
          ...(event.guessed === true ? { guessed: true } : {}),
        }),
        { holder: event.holder, away: null },
        facts,
        rules,
      );
    case "back":
      return keep(session, { holder: event.holder, away: null }, facts, rules);
    case "leaving": {
      const { because = "walked-away", within } = event;
      const lockAt = within === undefined ? null : facts.monotonic + within;
      return away(session, event.holder, { because, lockAt }, facts, rules);
    }
    case "gone": {
      const left = away(session, event.holder, awayNow(session) ?? GONE, facts, rules);
      return { ...left, session: hurried(left.session, event.holder, facts) };
    }
    case "tapped":
      return onTap(session, event.attempt, "tapping", (tap) => {
        const deadline = facts.monotonic + rules.matchDeadline;
        return {
          session: advanced(session, { ...tap, phase: "matching", deadline }),
          effects: [{ type: "match", attempt: tap.attempt, deadline }],
        };
      });
    case "tap-failed":
      return onTap(session, event.attempt, "tapping", ({ holder }) =>
        refuse(session, { ...event, holder }, facts, rules),
      );
    case "not-matched":
      return onTap(session, event.attempt, "matching", ({ holder }) =>
        refuse(session, { ...event, holder, code: event.reason }, facts, rules),
      );
    case "challenge-began":
      return onTap(session, event.attempt, "matching", (tap) => challenged(session, tap, facts, rules));
    case "matched":
      return onTap(session, event.attempt, "matching", (tap) => matched(session, tap, event, facts, rules));
    case "proof-offered":
      return offered(session, event.way, facts, rules);
    case "proven":
      return onProof(session, event.attempt, (mode) => proven(session, mode, event.decision, facts, rules));
    case "not-proven":
      return onProof(session, event.attempt, ({ attempt }) =>
        refuse(session, { reason: "credential-invalid", code: event.code, holder: null, attempt }, facts, rules),
      );
    case "recorded":
      return recorded(session, event.attempt, facts, rules);
    case "record-failed":
      return onRecord(session, event.attempt, ({ holder, attempt }) =>
        refuse(session, { reason: "journal-unavailable", code: "journal-unavailable", holder, attempt }, facts, rules),
      );
    case "heartbeat":
      return keep(session, { attempt: event.attempt, heartbeat: facts.monotonic }, facts, rules);
    case "elsewhere":
      return wentElsewhere(session, event.attempt, facts, rules);
    case "link-lost":
      return linkLost(session, event.attempt, facts, rules);
    case "face-gone-and-phone-still":
      return procedureRuns(session, facts, rules) ? still(session) : lock(session, event.type, facts);
    case "procedure":
      return event.running ? beginProcedure(session, facts, rules) : endProcedure(session, facts);
    case "procedure-recorded":
      return procedureRecorded(session, event, facts, rules);
    case "procedure-not-recorded":
      return procedureNotRecorded(session, event);
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
      return tend(mode.served.elsewhere === undefined ? session : released(session, facts, rules), mode, facts, rules);
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
  const hindered = hindranceTo(wayOf(mode), facts);
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

/** What is said of another attempt, or of another phase of this one, changes nothing. */
function onTap(session: Session, attempt: number, phase: Tapping["phase"], then: (tap: Tapping) => Step): Step {
  const current = underWay(session);
  if (current === null || current.attempt !== attempt) return still(session);
  if (current.phase !== "tapping" && current.phase !== "matching") return still(session);
  return current.phase === phase ? then(current) : still(session);
}

function onProof(session: Session, attempt: number, then: (proving: Proving) => Step): Step {
  const current = underWay(session);
  return current?.phase === "proving" && current.attempt === attempt ? then(current) : still(session);
}

function onRecord(session: Session, attempt: number, then: (recording: Recording) => Step): Step {
  const current = underWay(session);
  return current?.phase === "recording" && current.attempt === attempt ? then(current) : still(session);
}

function matched(
  session: Session,
  tap: Tapping,
  { decision }: Extract<SessionEvent, { type: "matched" }>,
  facts: Facts,
  rules: SessionRules,
): Step {
  const { attempt, holder } = tap;
  // `settle` turns what is late or hindered into a refusal that says why.
  if (impediment(facts) !== null || facts.monotonic >= tap.deadline) return still(session);
  // Who may not come in ends nobody's session either.
  if (session.mode.name === "unlocked" && facts.denied.has(decision.staffId)) {
    const refusal = { reason: "credential-invalid", code: "holder-denied", holder, attempt } as const;
    return refuse(session, refusal, facts, rules);
  }
  return recordFirst(session, { attempt, holder, decision }, facts, rules);
}

function recorded(session: Session, attempt: number, facts: Facts, rules: SessionRules): Step {
  return onRecord(session, attempt, (mode) => {
    const { holder, decision } = mode;
    // Denied between the decision and its record: nothing opens, and the journal, which tells of an unlock, learns so.
    if (facts.denied.has(decision.staffId)) {
      const refusal = { reason: "credential-invalid", code: "holder-denied", holder, attempt } as const;
      const refused = refuse(session, refusal, facts, rules);
      return { session: refused.session, effects: [...unmade(session, "person-cut-off"), ...refused.effects] };
    }
    // Likewise: nothing opens here that would close a moment later.
    if (hindranceTo(wayOf(mode), facts) !== null || facts.monotonic >= mode.deadline) return still(session);
    const refusals = holder === null ? session.refusals : forgive(session.refusals, holder.id);
    return {
      session: { ...session, refusals, mode: { name: "unlocked", served: serve(mode, facts, rules), newcomer: null } },
      effects: [
        { type: "unlock", attempt, staffId: decision.staffId, freshUntil: mode.deadline },
        { type: "send-outcome", attempt, outcome: "unlocked" },
      ],
    };
  });
}

function away(session: Session, holder: HolderRef, why: Away, facts: Facts, rules: SessionRules): Step {
  const rest: Session = { ...session, nearby: without(session.nearby, holder) };
  if (underWay(rest)?.holder?.id === holder.id) return abandon(rest, facts, rules);
  return keep(rest, { holder, away: why }, facts, rules);
}

type Away = NonNullable<Served["away"]>;
const GONE: Away = { because: "walked-away", lockAt: null };

const awayNow = ({ mode }: Session): Away | null => (isOpen(mode) ? mode.served.away : null);

const procedureRuns = ({ mode }: Session, facts: Facts, rules: SessionRules): boolean =>
  isOpen(mode) && isDeferred(mode.served, facts, rules);

function linkLost(session: Session, attempt: number, facts: Facts, rules: SessionRules): Step {
  const current = underWay(session);
  if (current?.attempt === attempt && current.holder !== null) {
    const refusal = { reason: "phone-lost", code: "phone-lost", holder: current.holder, attempt } as const;
    const refused = refuse(session, refusal, facts, rules);
    return { session: refused.session, effects: [...unmade(session, "heartbeat-lost"), ...refused.effects] };
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
