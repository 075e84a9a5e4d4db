import type { ChallengeKind, ChallengeState, MatchRates, QualityHint } from "@wardkey/models";
import type { EnrolmentPose } from "../domain/enrolment-poses.js";
import type { ScoreHistogram } from "../domain/score-histograms.js";
import type { MatchOutcome } from "../ports.js";

/** A frame on its way: its bytes change hands and come back with the result. */
export interface LookJob {
  /** Monotonic ms at which it came. */
  readonly at: number;
  readonly frame:
    | { readonly kind: "rgb"; readonly width: number; readonly height: number; readonly bytes: Uint8Array<ArrayBuffer> }
    | { readonly kind: "jpeg"; readonly bytes: Uint8Array<ArrayBuffer> };
  /** Also make an embedding, so that the face can be compared. */
  readonly embed: boolean;
}

export interface LookResult {
  readonly at: number;
  readonly faces: number;
  readonly hints: readonly QualityHint[];
  readonly brightness: number;
  readonly signature: string;
  readonly width: number;
  readonly height: number;
  readonly liveness: number | null;
  readonly analysisMs: number;
  /** Number of the face's track; `null`: not one face. */
  readonly track?: number | null;
  /** How long it has kept to its place in the picture, ms. */
  readonly steadyMs?: number;
  /** Absent unless an enrolment is under way. */
  readonly enrolment?: EnrolmentStep;
  /** Absent unless a challenge is under way, or ended with this frame. */
  readonly challenge?: ChallengeState;
}

export type EnrolmentStep =
  /** `ask`: the pose that is wanted next; `null` when any will do. */
  | { readonly step: "gathering"; readonly progress: number; readonly ask: EnrolmentPose | null }
  /** The protected template, all views overwritten, and how good they were, 0 to 100. */
  | { readonly step: "done"; readonly template: Uint8Array<ArrayBuffer>; readonly quality: number };

export type Looked =
  | { readonly outcome: "seen"; readonly result: LookResult; readonly bytes: Uint8Array<ArrayBuffer> }
  /** What came was no picture. */
  | { readonly outcome: "unreadable"; readonly bytes: Uint8Array<ArrayBuffer> };

export interface CompareJob {
  /** The analyst overwrites both. */
  readonly template: Uint8Array<ArrayBuffer>;
  readonly key: Uint8Array<ArrayBuffer>;
  /** The false match rates to compare at; null closes a branch. */
  readonly rates: MatchRates;
  /** Only frames that came at this monotonic time or later are compared. */
  readonly notBefore: number;
  /** The newest frame came at this monotonic time or later, else nothing is compared. */
  readonly newestNotBefore?: number;
  /** Only the face that has just passed a challenge. */
  readonly challenged?: boolean;
}

export interface ChallengeJob {
  readonly kind: ChallengeKind;
  /** Monotonic ms at which it was shown. */
  readonly at: number;
}

export interface EnrolJob {
  /** The analyst overwrites it. */
  readonly key: Uint8Array<ArrayBuffer>;
  readonly views: number;
  /** Whether the person is asked to turn a little between views; any pose without hints will do when absent. */
  readonly poses?: "any" | "several";
}

/** Looks at faces, keeps what it saw to itself, and says only what follows from it. In a worker, or in this thread. */
export interface AnalystPort {
  /** Loads the models. Throws `vision-unavailable`, the model's own code as cause. */
  start(): Promise<void>;
  /** One frame at a time. */
  look(job: LookJob): Promise<Looked>;
  compare(job: CompareJob): Promise<MatchOutcome>;
  beginEnrolment(job: EnrolJob): Promise<void>;
  cancelEnrolment(): Promise<void>;
  beginChallenge(job: ChallengeJob): Promise<void>;
  cancelChallenge(): Promise<void>;
  /** Counts of similarities, where there are too many to be one person's; they begin anew. */
  takeScores(): Promise<readonly ScoreHistogram[]>;
  /** Called once when it can do nothing more, for instance because its thread ended. */
  onFailure(listener: () => void): void;
  stop(): Promise<void>;
}
