import type { RefusalReason } from "@wardkey/protocol/screen";
import type { AttemptId, Decision, FacelessWay, HolderRef, ProofDecision } from "./model.js";

/** What may happen to a session. */
export type SessionEvent =
  | { readonly type: "approaching"; readonly holder: HolderRef; readonly evidence: number }
  | { readonly type: "near"; readonly holder: HolderRef; readonly guessed?: true }
  | {
      readonly type: "leaving";
      readonly holder: HolderRef;
      /** The phone went away unless told otherwise. */
      readonly because?: "walked-away" | "face-gone";
      /** Milliseconds to the lock; the countdown of the rules when absent. */
      readonly within?: number;
    }
  | { readonly type: "back"; readonly holder: HolderRef }
  | { readonly type: "gone"; readonly holder: HolderRef }
  | { readonly type: "tapped"; readonly attempt: AttemptId }
  | { readonly type: "tap-failed"; readonly attempt: AttemptId; readonly reason: RefusalReason; readonly code: string }
  | { readonly type: "matched"; readonly attempt: AttemptId; readonly decision: Decision }
  /** It matched, and the policy asks for a challenge before that counts. */
  | { readonly type: "challenge-began"; readonly attempt: AttemptId }
  | { readonly type: "not-matched"; readonly attempt: AttemptId; readonly reason: RefusalReason }
  /** Somebody typed what opens without a face. The words themselves never come here. */
  | { readonly type: "proof-offered"; readonly way: FacelessWay }
  | { readonly type: "proven"; readonly attempt: AttemptId; readonly decision: ProofDecision }
  | { readonly type: "not-proven"; readonly attempt: AttemptId; readonly code: string }
  | { readonly type: "recorded"; readonly attempt: AttemptId }
  | { readonly type: "record-failed"; readonly attempt: AttemptId }
  | { readonly type: "heartbeat"; readonly attempt: AttemptId; readonly moved: boolean }
  | { readonly type: "link-lost"; readonly attempt: AttemptId }
  /** The phone said that its owner has come in at another kiosk. */
  | { readonly type: "elsewhere"; readonly attempt: AttemptId }
  | { readonly type: "face-gone-and-phone-still" }
  /** Something runs at this screen that must not be cut off, or has ended. */
  | { readonly type: "procedure"; readonly running: boolean }
  | {
      readonly type: "procedure-recorded" | "procedure-not-recorded";
      readonly attempt: AttemptId;
      readonly asked: number;
    }
  | { readonly type: "lock-now" }
  | { readonly type: "stay" }
  | { readonly type: "activity" }
  | { readonly type: "enrolment-began" }
  | { readonly type: "enrolment-ended" }
  /** Time passed or a fact changed. */
  | { readonly type: "look-again" };
