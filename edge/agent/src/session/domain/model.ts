import type { Duration, Instant } from "@wardkey/protocol";
import type { LockReason, RefusalReason } from "@wardkey/protocol/screen";
import type { Emergency } from "./emergency.js";
import type { PatienceRules, Refusals } from "./patience.js";

/** Whose wallet: opaque to the session, which only compares ids. */
export interface HolderRef {
  readonly id: string;
  /** Enrolled without a face: no camera would know its owner, so it is asked only when they say so. */
  readonly faceless?: true;
}

/** Every tap has its own number; a decision that names another one changes nothing. */
export type AttemptId = number;

/** What holds at the moment of a step, read anew each time so that the session cannot go out of step with the world. */
export interface Facts {
  readonly now: Instant;
  /** Monotonic milliseconds: every deadline is counted with these. */
  readonly monotonic: number;
  readonly leaseValid: boolean;
  /** The fleet denied or quarantined this kiosk. */
  readonly cutOff: boolean;
  /** Staff ids whose credentials the fleet has taken back: no phone of theirs lets in, no session of theirs goes on. */
  readonly denied: ReadonlySet<string>;
  /** "blind" gives frames in which nothing can be recognised: too dark, for example. */
  readonly camera: "ok" | "blind" | "unavailable" | "unattested";
  readonly journal: "ok" | "down";
  /** Whether an emergency can be recorded although the journal is down; absent: it cannot. */
  readonly setAside?: "ok" | "down";
  readonly radio: "ok" | "down";
  /** What a recent frame shows; "unknown" while there is none. */
  readonly face: "unknown" | "none" | "one" | "several";
  /** Whose phone has shown its key and waits for the PIN; absent or `null`: nobody's. It is not asked for a face meanwhile. */
  readonly inHand?: string | null;
}

/** The times and limits of a session, from the profile. */
export interface SessionRules {
  readonly heartbeatDeadline: Duration;
  readonly leavingCountdown: Duration;
  /** Longest wait for the phone, its owner's consent included. */
  readonly tapDeadline: Duration;
  /** Longest wait for a matching face once the phone has answered. */
  readonly matchDeadline: Duration;
  /** Longest wait for one challenge and for the match after it. */
  readonly challengeDeadline: Duration;
  /** Oldest decision on which an unlock still acts, the writing of the journal included. */
  readonly decisionFresh: Duration;
  readonly idleAfter: Duration;
  /** Whether a veil covers the screen while somebody may yet come back. */
  readonly veiled: boolean;
  /** How long before an idle lock the veil comes down. */
  readonly idleVeil: Duration;
  /** How long a running procedure may put a lock off, counted from its beginning; 0: not at all. */
  readonly procedureAtMost: Duration;
  /** Longest wait for the answer to a code, or to a badge with its PIN. */
  readonly proofDeadline: Duration;
  /** Longest session that no phone keeps open, however busy. */
  readonly withoutPhoneAtMost: Duration;
  readonly staysAtMost: number;
  readonly stayGrace: Duration;
  /** How long an open session outlives its camera. */
  readonly cameraGrace: Duration;
  /** After somebody locked by hand: how long a touch on the screen does not yet ask to come in again. */
  readonly heldFor: Duration;
  /** How long a phone that came nearer, but never near, is still somebody. */
  readonly sightingFresh: Duration;
  /** Evidence, 0..1, from which the screen greets somebody: less is a phone that passes at a distance. */
  readonly greetFrom: number;
  readonly patience: PatienceRules;
}

/** How somebody without a face before the camera shows who they are. */
export type FacelessWay = "badge" | "code" | "phone" | "break-glass";

/** A person who is in, or who is just leaving. */
export interface Served {
  readonly attempt: AttemptId;
  /** The phone whose heartbeat and distance count; `null`: none does, and time alone ends this session. */
  readonly holder: HolderRef | null;
  readonly way: "face" | FacelessWay;
  readonly staffId: string;
  readonly name: string;
  readonly since: Instant;
  /** When it ends in any case; `null`: a phone tells when the person leaves. */
  readonly endsAt: number | null;
  readonly heartbeatAt: number;
  readonly linkLost: boolean;
  /** Why the evidence has them leaving, and when it has lasted long enough; `null`: they are here. */
  readonly away: { readonly because: "walked-away" | "face-gone"; readonly lockAt: number | null } | null;
  /** Since when a procedure runs that must not be cut off. */
  readonly procedureSince: number | null;
  /** When somebody said that one runs whose line in the journal is not durable yet. */
  readonly procedureAsked: number | null;
  readonly activityAt: number;
  readonly stays: number;
  readonly stayUntil: number;
  readonly cameraLostAt: number | null;
  /** Their phone said that they are in at another kiosk: the veil is down. `covered`: what is behind it was locked. */
  readonly elsewhere?: { readonly covered: boolean };
  /** Somebody broke the glass: time, a hand or the fleet ends it, and neither a lease nor a pause. */
  readonly emergency?: Emergency;
}

/** Why a procedure runs no more; "was-leaving": its person was leaving before its line was durable. */
export type ProcedureEnd = "switched-off" | "time-up" | "policy-changed" | "was-leaving" | "session-ended";

export type LeavingCause = "walked-away" | "face-gone" | "heartbeat-lost" | "idle";

/** A face matched the template of a phone, and the policy lets it count. */
export interface FaceDecision {
  readonly staffId: string;
  readonly name: string;
  readonly branch: "bare" | "masked";
  readonly decidedAt: number;
}

/** Who keeps the secrets knew this one, and the policy lets it count. */
export interface ProofDecision {
  readonly staffId: string;
  readonly name: string;
  readonly way: FacelessWay;
  /** Known by a badge that any shop copies. */
  readonly weak: boolean;
  /** With `break-glass`, and with nothing else. */
  readonly emergency?: Emergency;
  /** With `phone`, and with nothing else: whose heartbeat and distance count from now on. */
  readonly holder?: HolderRef;
  readonly decidedAt: number;
}

export type Decision = FaceDecision | ProofDecision;

export type ImpedimentReason =
  | "camera-unavailable"
  | "camera-unattested"
  | "journal-unavailable"
  | "kiosk-cut-off"
  | "lease-expired"
  | "radio-unavailable";

/** A phone was asked, or its template is compared with the face before the camera. */
export interface Tapping {
  readonly name: "identifying";
  readonly phase: "tapping" | "matching";
  readonly attempt: AttemptId;
  readonly holder: HolderRef;
  readonly deadline: number;
  /** The policy asked for proof that the person is alive. */
  readonly challenged?: boolean;
}

/** Somebody typed a code or a PIN, and whoever can judge it is asked. */
export interface Proving {
  readonly name: "identifying";
  readonly phase: "proving";
  readonly attempt: AttemptId;
  readonly holder: null;
  readonly way: FacelessWay;
  readonly deadline: number;
}

export interface Recording {
  readonly name: "identifying";
  readonly phase: "recording";
  readonly attempt: AttemptId;
  /** `null`: no phone takes part. */
  readonly holder: HolderRef | null;
  readonly deadline: number;
  readonly decision: Decision;
}

export type Identifying = Tapping | Proving | Recording;

export type Mode =
  | { readonly name: "locked" }
  | { readonly name: "someone-near"; readonly evidence: number }
  | Identifying
  | {
      readonly name: "unlocked";
      readonly served: Served;
      /** Whose phone is asked meanwhile: only while no phone keeps the session open. */
      readonly newcomer: Tapping | null;
    }
  | { readonly name: "leaving"; readonly served: Served; readonly lockAt: number; readonly because: LeavingCause }
  | {
      readonly name: "refused";
      readonly reason: RefusalReason;
      /** Until then it stays in any case, so that it can be read. */
      readonly readUntil: number;
      /** When the same phone may be asked again. */
      readonly until: number;
    }
  | { readonly name: "degraded"; readonly reason: ImpedimentReason };

export interface Nearby {
  readonly holder: HolderRef;
  readonly near: boolean;
  readonly evidence: number;
  /** Monotonic time of the last sighting. */
  readonly at: number;
  /** Not near for certain: somebody waits whose phone it may be. */
  readonly guessed?: true;
}

export interface Session {
  readonly mode: Mode;
  /** Attempts so far; the newest one's id. */
  readonly attempts: AttemptId;
  readonly lastLock: { readonly why: LockReason; readonly at: Instant };
  readonly nearby: readonly Nearby[];
  readonly refusals: readonly Refusals[];
  readonly enrolling: boolean;
  /**
   * Nobody comes in again by merely standing there: not after a lock by hand, after walking off, or after an enrolment,
   * until the phone has gone, the face has left the picture, or the screen is touched. `sticky`: the phone may yet appear.
   */
  readonly held: { readonly since: number; readonly sticky: boolean } | null;
}

/** What the journal is told; `record-unlock` and `record-procedure` wait until this is durable, everything else does not. */
export type SessionRecord =
  | { readonly kind: "tap-started"; readonly attempt: AttemptId; readonly holder: HolderRef }
  | {
      readonly kind: "refused";
      readonly attempt: AttemptId | null;
      readonly reason: RefusalReason;
      readonly code: string;
      readonly way?: FacelessWay;
    }
  | { readonly kind: "unlocked"; readonly attempt: AttemptId; readonly decision: Decision }
  | { readonly kind: "leaving"; readonly served: Served; readonly because: LeavingCause | "elsewhere" }
  | { readonly kind: "kept"; readonly served: Served; readonly because: "stay" | "back" }
  | { readonly kind: "procedure-begun"; readonly served: Served; readonly atMost: Duration }
  | {
      readonly kind: "procedure-ended";
      readonly served: Served;
      readonly because: ProcedureEnd;
      /** For how long, ms. */
      readonly ran: number;
    }
  | { readonly kind: "locked"; readonly why: LockReason; readonly attempt: AttemptId; readonly staffId: string };

export type Effect =
  | { readonly type: "lock" }
  /** Whoever performs it acts before `freshUntil` (monotonic ms) or not at all. */
  | { readonly type: "unlock"; readonly attempt: AttemptId; readonly staffId: string; readonly freshUntil: number }
  | { readonly type: "journal"; readonly record: SessionRecord }
  | { readonly type: "record-unlock"; readonly attempt: AttemptId; readonly record: SessionRecord }
  | {
      readonly type: "record-procedure";
      readonly attempt: AttemptId;
      readonly asked: number;
      readonly record: SessionRecord;
    }
  | { readonly type: "start-tap"; readonly attempt: AttemptId; readonly holder: HolderRef }
  | { readonly type: "match"; readonly attempt: AttemptId; readonly deadline: number }
  /** Ask whether what was typed is right. */
  | { readonly type: "prove"; readonly attempt: AttemptId; readonly deadline: number }
  | {
      readonly type: "send-outcome";
      readonly attempt: AttemptId;
      readonly outcome: "unlocked" | "not-matched" | "refused";
    }
  /** The phone of this attempt is heard no more; the session goes on. */
  | { readonly type: "let-go"; readonly attempt: AttemptId }
  /** Whatever this attempt still holds (a wait, a link, a template) is let go. */
  | { readonly type: "end-attempt"; readonly attempt: AttemptId };

export interface Step {
  readonly session: Session;
  readonly effects: readonly Effect[];
}
