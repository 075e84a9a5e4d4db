import type { AttemptId, Decision, Facts, HolderRef, Session, SessionRules, Step } from "./model.js";
import { lock, refuse } from "./rest.js";

/**
 * An unlock begins as a line in the journal: nothing opens before that is durable, or once the decision has grown old.
 * A session that is still open ends here: two people are never in at once.
 */
export function recordFirst(
  session: Session,
  made: { readonly attempt: AttemptId; readonly holder: HolderRef | null; readonly decision: Decision },
  facts: Facts,
  rules: SessionRules,
): Step {
  const { attempt, holder, decision } = made;
  const age = facts.monotonic - decision.decidedAt;
  if (age < 0 || age > rules.decisionFresh) {
    return refuse(session, { reason: "too-slow", code: "decision-stale", holder, attempt }, facts, rules);
  }
  const { mode } = session;
  const before =
    mode.name === "unlocked"
      ? lock({ ...session, mode: { ...mode, newcomer: null } }, "handed-over", facts)
      : { session, effects: [] };
  const deadline = decision.decidedAt + rules.decisionFresh;
  return {
    session: {
      ...before.session,
      mode: { name: "identifying", phase: "recording", attempt, holder, decision, deadline },
    },
    effects: [...before.effects, { type: "record-unlock", attempt, record: { kind: "unlocked", attempt, decision } }],
  };
}
