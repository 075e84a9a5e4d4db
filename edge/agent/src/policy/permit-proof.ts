import { assertNever } from "@wardkey/protocol";
import type { DecisionReason, PolicyDecision } from "@wardkey/protocol/policy";
import { conditionFacts, firstWord, type KioskCondition } from "./kiosk-facts.js";
import { phoneFacts } from "./permit.js";
import type { EvidenceFacts } from "./policy-in-force.js";

/** Somebody whom the fleet knows by what they typed, and what they held to the reader. */
export interface ProofEvidence {
  readonly way: "badge" | "code" | "phone";
  /** The badge says nothing but a number, which any shop copies. */
  readonly weak: boolean;
  /** How the owner of the phone that showed its key agreed to it; `null` without a phone. */
  readonly consent: "A" | "B" | "C" | null;
}

/** `badge-weak`: the policy would take a badge, and not this kind. `way-not-permitted`: not here, or not now. */
export type ProofPermit = { readonly ok: true } | { readonly ok: false; readonly code: string };

/** Whether the policy in force lets this person in without a face. What it would rather see challenged is refused. */
export function permitProof(
  policy: { decide(evidence: EvidenceFacts): PolicyDecision },
  kiosk: KioskCondition,
  { way, weak, consent }: ProofEvidence,
): ProofPermit {
  const decision = policy.decide({
    ...conditionFacts(kiosk),
    phone: way === "phone" && consent !== null ? phoneFacts(consent) : null,
    face: null,
    badge: way === "badge" && !weak,
    pin: way !== "code",
    oneTimeCode: way === "code",
  });
  switch (decision.outcome) {
    case "unlock":
      return { ok: true };
    case "challenge":
    case "refuse":
      return {
        ok: false,
        code: way === "badge" && weak ? "badge-weak" : firstWord(decision.reasons, CODES, "way-not-permitted"),
      };
    default:
      return assertNever(decision);
  }
}

const CODES: Readonly<Partial<Record<DecisionReason, string>>> = {
  denied: "kiosk-cut-off",
  "lease-ended": "lease-expired",
  "clock-unsound": "lease-expired",
  "journal-down": "journal-unavailable",
};
