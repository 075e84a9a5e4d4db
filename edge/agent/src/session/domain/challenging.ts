import { advanced, underWay } from "./attempt.js";
import type { AttemptId, Facts, Session, SessionRules, Step, Tapping } from "./model.js";

/** The policy asks for more than a face that matches: the attempt gets time for one challenge, and for no second one. */
export function challenged(session: Session, tap: Tapping, facts: Facts, rules: SessionRules): Step {
  // What comes too late is refused by the deadline it missed, and a challenge does not bring it back.
  if (tap.challenged === true || facts.monotonic >= tap.deadline) return { session, effects: [] };
  const deadline = facts.monotonic + rules.challengeDeadline;
  return { session: advanced(session, { ...tap, challenged: true, deadline }), effects: [] };
}

/** Until when the challenge of this attempt may take; `null`: it has none. */
export function challengedUntil(session: Session, attempt: AttemptId): number | null {
  const current = underWay(session);
  if (current?.attempt !== attempt || current.phase !== "matching" || current.challenged !== true) return null;
  return current.deadline;
}
