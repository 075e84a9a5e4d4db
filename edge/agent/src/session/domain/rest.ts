import { assertNever } from "@wardkey/protocol";
import type { LockReason, RefusalReason } from "@wardkey/protocol/screen";
import { underWay, wayOf, withoutAttempt } from "./attempt.js";
import type {
  AttemptId,
  Effect,
  FacelessWay,
  Facts,
  HolderRef,
  ImpedimentReason,
  Session,
  SessionRules,
  Step,
} from "./model.js";
import { evidenceOf } from "./nearby.js";
import { askedFrom, coolUntil, pauseAfter, remember } from "./patience.js";
import { endedWithSession } from "./procedure.js";

/** What keeps this kiosk from letting anybody in by a face, the gravest first; `null` when nothing does. */
export const impediment = (facts: Facts): ImpedimentReason | null => hindranceTo("face", facts);

/** The same for each way in: a code and a badge need neither camera nor radio. */
export function hindranceTo(way: "face" | FacelessWay, facts: Facts): ImpedimentReason | null {
  if (facts.cutOff) return "kiosk-cut-off";
  if (way === "break-glass" && (facts.journal === "ok" || facts.setAside === "ok")) return null;
  if (facts.journal === "down") return "journal-unavailable";
  if (!facts.leaseValid) return "lease-expired";
  switch (way) {
    case "badge":
    case "code":
    case "break-glass":
      return null;
    case "face":
      if (facts.camera === "unattested") return "camera-unattested";
      if (facts.camera !== "ok") return "camera-unavailable";
      break;
    case "phone":
      break;
    default:
      return assertNever(way);
  }
  return facts.radio === "down" ? "radio-unavailable" : null;
}

/** Closed: what the screen says while nobody is in and no attempt runs; begins an attempt when everything for it is there. */
export function rest(session: Session, facts: Facts, rules: SessionRules): Step {
  const hindered = impediment(facts);
  if (hindered !== null) return closed(session, { name: "degraded", reason: hindered });
  const refused = session.mode.name === "refused" ? session.mode : null;
  if (refused !== null && facts.monotonic < refused.readUntil) return { session, effects: [] };
  if (!session.enrolling && session.held === null) {
    const next = awaited(session, facts);
    if (next !== null && facts.face === "one") return begin(session, next, facts, rules);
    if (next !== null && facts.face === "several") {
      return refuse(
        session,
        { reason: "several-faces", code: "several-faces", holder: next, attempt: null },
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

/** Whose phone may be asked: the one that came near last, of those that were not refused a moment ago. */
export function awaited(session: Session, facts: Facts): HolderRef | null {
  const next = session.nearby.findLast(
    (each) =>
      each.near &&
      each.holder.faceless !== true &&
      each.holder.id !== facts.inHand &&
      facts.monotonic >= askedFrom(session.refusals, each),
  );
  return next?.holder ?? null;
}

/** Asks this phone: at a closed kiosk before everybody's eyes, at an open one behind the session. */
export function begin(session: Session, holder: HolderRef, facts: Facts, rules: SessionRules): Step {
  const attempt = session.attempts + 1;
  const tapping = {
    name: "identifying",
    phase: "tapping",
    attempt,
    holder,
    deadline: facts.monotonic + rules.tapDeadline,
  } as const;
  const { mode } = session;
  return {
    session: {
      ...session,
      attempts: attempt,
      mode: mode.name === "unlocked" ? { ...mode, newcomer: tapping } : tapping,
    },
    effects: [
      { type: "start-tap", attempt, holder },
      { type: "journal", record: { kind: "tap-started", attempt, holder } },
    ],
  };
}

export interface Refusal {
  readonly reason: RefusalReason;
  readonly code: string;
  /** Whose wallet has to wait; `null` where no phone took part. */
  readonly holder: HolderRef | null;
  readonly attempt: AttemptId | null;
}

/**
 * Nobody comes in: says why for a pause that grows with each refusal of the same wallet. Who typed something is told by
 * the form where they typed it, and a newcomer behind an open session is not told before the eyes of who is in.
 */
export function refuse(session: Session, refusal: Refusal, facts: Facts, rules: SessionRules): Step {
  const { reason, code, holder, attempt } = refusal;
  const current = underWay(session);
  const released = current !== null && current.phase !== "tapping";
  const way = current === null ? "face" : wayOf(current);
  const record = { kind: "refused", attempt, reason, code, ...(way === "face" ? {} : { way }) } as const;
  const effects: Effect[] = [{ type: "journal", record }];
  if (attempt !== null) {
    effects.unshift({ type: "send-outcome", attempt, outcome: reason === "no-match" ? "not-matched" : "refused" });
    effects.push({ type: "end-attempt", attempt });
  }
  if (holder === null) return { session: withoutAttempt(session), effects };
  const refusals = remember(session.refusals, { id: holder.id, released, monotonic: facts.monotonic }, rules.patience);
  if (session.mode.name === "unlocked") return { session: withoutAttempt({ ...session, refusals }), effects };
  const readUntil = facts.monotonic + pauseAfter(1, released, rules.patience);
  const mode = { name: "refused", reason, readUntil, until: coolUntil(refusals, holder.id) } as const;
  return { session: { ...session, refusals, mode }, effects };
}

/** An attempt ends without a word to the person before the camera: the holder has gone, or something else took over. */
export function abandon(session: Session, facts: Facts, rules: SessionRules): Step {
  const current = underWay(session);
  if (current === null) return { session, effects: [] };
  const { attempt, phase, holder } = current;
  // A pause also where nothing was released: a phone that flickers at the line, or two radios that speak in one name,
  // would otherwise begin ten attempts a second, each with its line in the journal.
  const released = phase !== "tapping";
  const refusals =
    holder === null
      ? session.refusals
      : remember(session.refusals, { id: holder.id, released, monotonic: facts.monotonic }, rules.patience);
  return {
    session: withoutAttempt({ ...session, refusals }),
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
      const newcomer = underWay(session);
      return {
        session: { ...locked, lastLock: { why, at: facts.now } },
        effects: [
          { type: "lock" },
          ...endedWithSession(mode.served, facts),
          { type: "journal", record: { kind: "locked", why, attempt, staffId } },
          { type: "end-attempt", attempt },
          ...(newcomer === null ? [] : dismissed(newcomer.attempt)),
        ],
      };
    }
    case "identifying":
      return {
        session: { ...locked, lastLock: { why, at: facts.now } },
        effects: [{ type: "lock" }, ...unmade(session, why), ...dismissed(mode.attempt)],
      };
    case "locked":
    case "someone-near":
    case "refused":
    case "degraded":
      return { session, effects: [{ type: "lock" }] };
  }
}

const dismissed = (attempt: AttemptId): readonly Effect[] => [
  { type: "send-outcome", attempt, outcome: "refused" },
  { type: "end-attempt", attempt },
];
