import { underWay } from "./attempt.js";
import type { Facts, Session, SessionRules, Step } from "./model.js";
import { awaited, begin, impediment, refuse } from "./rest.js";

/**
 * No phone tells that the person of this session has left, so whoever walks up with a phone is asked behind it, as at a
 * closed kiosk. Until their own face matches nothing changes for who is in; then the kiosk is theirs.
 */
export function greet(session: Session, facts: Facts, rules: SessionRules): Step {
  const current = underWay(session);
  const hindered = impediment(facts);
  if (current !== null && (hindered !== null || facts.monotonic >= current.deadline)) {
    const { holder, attempt } = current;
    return refuse(session, { reason: "too-slow", code: hindered ?? "too-slow", holder, attempt }, facts, rules);
  }
  const next = current === null && hindered === null && facts.face === "one" ? awaited(session, facts) : null;
  return next === null ? { session, effects: [] } : begin(session, next, facts, rules);
}
