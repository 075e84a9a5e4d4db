import { assertNever } from "@wardkey/protocol";
import {
  CONSENT_MODES,
  consentSuffices,
  type DecisionFacts,
  type DecisionReason,
  type PolicyDecision,
  type Settings,
} from "@wardkey/protocol/policy";
import type { RefusalReason } from "@wardkey/protocol/screen";
import { conditionFacts, firstWord, type KioskCondition } from "./kiosk-facts.js";
import type { RatesInForce } from "./measured-rates.js";

/** Mode A itself vouches for a phone unlocked within four hours (tap-protocol: Consent); a prompt was answered just now. */
const MODE_A_MINUTES = 240;

/** What the kiosk knows of itself when a face matched. */
export interface KioskState extends KioskCondition {
  readonly cameraAttested: boolean;
  /** With it, only a face that is live matches. */
  readonly livenessEnforced: boolean;
  /** The false match rates at which faces are compared now. */
  readonly rates: RatesInForce;
}

/** A face that matched the template of a phone. */
export interface MatchEvidence {
  readonly branch: "bare" | "masked";
  readonly consent: "A" | "B" | "C";
  /** Whether the person did what the kiosk asked for; "none": it did not ask. "none" when absent. */
  readonly challenge?: "none" | "passed";
}

/** The risk that the fleet states, until it lets go. */
export function riskNow(
  stated: { readonly level: DecisionFacts["risk"]; readonly until: number | null } | null,
  at: number,
): DecisionFacts["risk"] {
  if (stated === null || (stated.until !== null && at > stated.until)) return "normal";
  return stated.level;
}

/** What a phone's consent says of its owner. */
export const phoneFacts = (consent: MatchEvidence["consent"]): NonNullable<DecisionFacts["phone"]> => ({
  consent,
  unlockedMinutes: consent === "A" ? MODE_A_MINUTES : 0,
});

/** The least consent of a phone's owner with which the policy lets somebody in at this risk: what a kiosk asks phones for. */
export const leastConsent = (settings: Settings, risk: DecisionFacts["risk"]): MatchEvidence["consent"] =>
  CONSENT_MODES.find((mode) => consentSuffices(settings, phoneFacts(mode), risk)) ?? "C";

/** `challenge`: what would change the answer, where the kiosk can ask for it by itself. */
export type Permit =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: RefusalReason; readonly challenge?: "prove-liveness" };

/**
 * Whether the policy lets this person in. The kiosk can ask for proof of life; what the policy would rather have of
 * somebody's phone or badge is refused, and a screen says why in its own words.
 */
export function permitBy(
  policy: { decide(evidence: Omit<DecisionFacts, "at" | "site" | "device" | "kioskType" | "profile">): PolicyDecision },
  kiosk: KioskState,
  { branch, consent, challenge = "none" }: MatchEvidence,
): Permit {
  const decision = policy.decide({
    ...conditionFacts(kiosk),
    phone: phoneFacts(consent),
    face: {
      matched: true,
      branch,
      // A branch without a rate compares nobody; a match in it would be one at any rate.
      falseMatchRate: kiosk.rates[branch] ?? 1,
      // Who has moved as asked is alive, whatever a passive look would have said.
      liveness: kiosk.livenessEnforced || challenge === "passed" ? "live" : "unknown",
      challenge,
      camera: kiosk.cameraAttested ? "attested" : "unattested",
    },
    badge: false,
    pin: false,
    oneTimeCode: false,
  });
  switch (decision.outcome) {
    case "unlock":
      return { ok: true };
    case "challenge": {
      const reason = firstWord(decision.reasons, WORDS, "no-match");
      // Somebody who has moved once need not move again for what another movement does not change.
      const askable = decision.challenge === "prove-liveness" && challenge === "none";
      return askable ? { ok: false, reason, challenge: decision.challenge } : { ok: false, reason };
    }
    case "refuse":
      return { ok: false, reason: firstWord(decision.reasons, WORDS, "no-match") };
    default:
      return assertNever(decision);
  }
}

/** Words that the screen has; other reasons come down to a face that is not enough. */
const WORDS: Readonly<Partial<Record<DecisionReason, RefusalReason>>> = {
  denied: "credential-invalid",
  "lease-ended": "lease-expired",
  "clock-unsound": "lease-expired",
  "journal-down": "journal-unavailable",
  risk: "phone-refused",
  "consent-too-low": "phone-refused",
  "phone-unlocked-long-ago": "phone-refused",
  "camera-unattested": "camera-unattested",
  "not-live": "not-live",
  "liveness-unproven": "not-live",
  "face-masked": "face-masked",
  "rate-too-lax": "rate-not-measured",
};
