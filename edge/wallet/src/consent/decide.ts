import { assertNever, hours, seconds } from "@wardkey/protocol";
import type { ConsentMode } from "@wardkey/protocol/phone";

/** Hands-free wants a phone that its owner unlocked not long ago. */
const UNLOCKED_WITHIN = hours(4);
/** Hands-free wants a phone that moves: one that lies still is not walking up to anything. */
const MOVED_WITHIN = seconds(60);

/** The mode that asks more of the owner. */
export const strictestOf = (own: ConsentMode, asked: ConsentMode): ConsentMode => (asked > own ? asked : own);

export interface ConsentFacts {
  readonly mode: ConsentMode;
  readonly purpose: "unlock" | "enrol";
  /** Monotonic milliseconds, so that a clock turned back extends nothing; `null` when never since the start. */
  readonly unlockedAt: number | null;
  readonly movedAt: number | null;
  readonly now: number;
}

export type ConsentDecision =
  | { readonly kind: "grant" }
  | { readonly kind: "ask"; readonly prompt: "notification" | "biometric" }
  | { readonly kind: "refuse"; readonly code: "phone-locked" | "phone-still" };

/**
 * May this phone answer a reader that has proven itself (tap-protocol: Consent)? An enrolment was asked for by its owner
 * a moment ago, by giving the kiosk's code to this phone, and both people compare digits: it is not asked twice.
 */
export function decideConsent({ mode, purpose, unlockedAt, movedAt, now }: ConsentFacts): ConsentDecision {
  if (purpose === "enrol") return { kind: "grant" };
  switch (mode) {
    case "A":
      if (unlockedAt === null || now - unlockedAt > UNLOCKED_WITHIN) return { kind: "refuse", code: "phone-locked" };
      if (movedAt === null || now - movedAt > MOVED_WITHIN) return { kind: "refuse", code: "phone-still" };
      return { kind: "grant" };
    case "B":
      return { kind: "ask", prompt: "notification" };
    case "C":
      return { kind: "ask", prompt: "biometric" };
    default:
      return assertNever(mode);
  }
}
