import type { FacelessWay, Facts, ProofDecision, Proving, Session, SessionRules, Step } from "./model.js";
import { recordFirst } from "./recording.js";
import { abandon, hindranceTo, refuse } from "./rest.js";

/**
 * Somebody typed a code or a PIN: from now on the kiosk asks about nobody else. Not at an open session, not during an
 * enrolment, not while another answer is on its way or an unlock is being recorded.
 */
export function offered(session: Session, way: FacelessWay, facts: Facts, rules: SessionRules): Step {
  if (obstacleTo(session, way, facts) !== null) return { session, effects: [] };
  const free = abandon(session, facts, rules);
  const attempt = session.attempts + 1;
  const deadline = facts.monotonic + rules.proofDeadline;
  return {
    session: {
      ...free.session,
      attempts: attempt,
      mode: { name: "identifying", phase: "proving", attempt, holder: null, way, deadline },
    },
    effects: [...free.effects, { type: "prove", attempt, deadline }],
  };
}

/** Code of what speaks against taking a proof now; `null`: nothing does. */
export function obstacleTo({ mode, enrolling }: Session, way: FacelessWay, facts: Facts): string | null {
  if (mode.name === "unlocked" || mode.name === "leaving") return "session-open";
  if (enrolling) return "enrolment-under-way";
  if (mode.name === "identifying" && (mode.phase === "proving" || mode.phase === "recording")) return "way-busy";
  return hindranceTo(way, facts);
}

/** The proof is right: what counts now is that it is fresh, and that nothing came in between. */
export function proven(
  session: Session,
  mode: Proving,
  decision: ProofDecision,
  facts: Facts,
  rules: SessionRules,
): Step {
  const { attempt } = mode;
  // `settle` turns what is late or hindered into a refusal that says why.
  if (hindranceTo(mode.way, facts) !== null || facts.monotonic >= mode.deadline) return { session, effects: [] };
  const { way, holder = null, emergency } = decision;
  // Only who broke the glass is in as in an emergency, only a phone that proved itself keeps a session, and never otherwise.
  const fits = (emergency !== undefined) === (way === "break-glass") && (holder !== null) === (way === "phone");
  const differs = way !== mode.way || !fits;
  const wrong = differs ? "proof-differs" : facts.denied.has(decision.staffId) ? "holder-denied" : null;
  if (wrong !== null) {
    return refuse(session, { reason: "credential-invalid", code: wrong, holder: null, attempt }, facts, rules);
  }
  return recordFirst(session, { attempt, holder, decision }, facts, rules);
}
