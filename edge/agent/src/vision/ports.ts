import type { ChallengeFailure, ChallengeHint, ChallengeKind } from "@wardkey/models";
import type { OpaqueTemplate } from "@wardkey/protocol/credential";
import type { FaceHint } from "@wardkey/protocol/screen";
import type { ScoreHistogram } from "./domain/score-histograms.js";
import type { TemplateKey } from "./domain/template-key.js";

/** Where frames come from. Only an allow-listed device is attested: a hostile page or a file could show anybody. */
export type CameraSource =
  | { readonly kind: "page" }
  /** A V4L2 device; refused with `camera-not-allow-listed` unless `allowed` names it. */
  | { readonly kind: "device"; readonly path: string; readonly allowed: readonly string[] }
  /** Simulated: a video file, played in real time without end. */
  | { readonly kind: "file"; readonly path: string };

export interface FaceFinding {
  /** Monotonic ms at which the frame came. */
  readonly at: number;
  readonly faces: number;
  /** What would help most; "good" when the face can be compared. */
  readonly hint: FaceHint;
  /** Passive liveness fused over the last frames of this face, 0..1. */
  readonly liveness: number | null;
  readonly analysisMs: number;
  /** Number of the face's track, the same for as long as one face is followed; `null`: not one face. */
  readonly track?: number | null;
  /** How long this face has kept to its place in the picture, ms. */
  readonly steadyMs?: number;
}

export type CameraFault =
  | "camera-dark"
  | "camera-frozen"
  | "camera-injected"
  | "camera-gone"
  | "camera-silent"
  | "camera-denied"
  | "vision-unavailable";

/** While the camera is not ok nothing matches. Dark, frozen and injected are degraded: frames still come. */
export type CameraState =
  | { readonly state: "ok"; readonly code: null }
  | { readonly state: "degraded" | "down"; readonly code: CameraFault };

export type Pace = "off" | "slow" | "fast";

export type MatchOutcome =
  | { readonly outcome: "match"; readonly branch: "bare" | "masked" }
  /** The policy lets no face in this branch in, or wants a rate that was not measured there. */
  | { readonly outcome: "branch-closed"; readonly branch: "bare" | "masked" }
  | { readonly outcome: "no-match" | "no-face" | "several-faces" | "not-live" | "stale" | "template-refused" };

export interface MatchRequest {
  readonly template: OpaqueTemplate;
  readonly templateKey: TemplateKey;
  /**
   * Frames that came before this monotonic time are not compared, and do not vouch that a face lives; 500 ms before the
   * request when absent. The newest is never older than 500 ms, and where liveness is not enforced no other is either.
   */
  readonly notOlderThan?: number;
  /** How long to wait for a frame that is fresh enough, ms; 600 when absent. */
  readonly waitMs?: number;
  /** Only the face that has just passed a challenge, and has been before the camera ever since; any other is not live. */
  readonly challenged?: boolean;
}

export interface ChallengeRequest {
  readonly kind: ChallengeKind;
  readonly signal: AbortSignal;
  /** `progress` 0..1. */
  onProgress(progress: { readonly hint: ChallengeHint; readonly progress: number }): void;
}

export type ChallengeOutcome =
  | { readonly outcome: "passed" }
  | {
      readonly outcome: "failed";
      readonly reason: ChallengeFailure | "aborted" | "camera-unavailable" | "vision-unavailable" | "vision-busy";
    };

export interface EnrolRequest {
  readonly templateKey: TemplateKey;
  readonly signal: AbortSignal;
  onProgress(progress: { readonly hint: FaceHint; readonly progress: number }): void;
  /** Good views to gather, 1..16; 5 when absent. */
  readonly views?: number;
  /** `several`: the person is asked to turn a little between views, and not waited for long. `any` when absent. */
  readonly poses?: "any" | "several";
  /** 30,000 when absent. */
  readonly deadlineMs?: number;
}

export type EnrolOutcome =
  /** `quality`: of the views, 0 to 100. */
  | { readonly ok: true; readonly template: OpaqueTemplate; readonly quality: number }
  | {
      readonly ok: false;
      readonly code:
        | "aborted"
        | "enrol-timeout"
        | "camera-unavailable"
        | "not-live"
        | "vision-unavailable"
        | "enrol-busy";
    };

/** A JPEG from the kiosk's page. */
export interface PageFrame {
  readonly jpeg: Uint8Array;
  readonly sequence: number;
  /** Monotonic ms at which it arrived. */
  readonly at: number;
}

/** Frames in, findings out. Embeddings and similarities never leave the worker behind it. */
export interface VisionPort {
  /** True for an allow-listed device only. */
  readonly attested: boolean;
  /** Refuses with `vision-unavailable` when the models do not load; it tells that, and tries again until it is stopped. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** The newest frame wins; none is queued. Refuses nothing loudly: what is no picture is dropped and counted as silence. */
  push(frame: PageFrame): void;
  pageCamera(state: "available" | "denied" | "lost"): void;
  setPace(pace: Pace): void;
  on(listener: (finding: FaceFinding) => void): () => void;
  onCamera(listener: (state: CameraState) => void): () => void;
  match(request: MatchRequest): Promise<MatchOutcome>;
  /** Asks whoever is before the camera for one movement, which must be seen within three seconds. One at a time. */
  challenge(request: ChallengeRequest): Promise<ChallengeOutcome>;
  enrol(request: EnrolRequest): Promise<EnrolOutcome>;
  /** Histograms of the similarities compared since the last call, where there are too many to be one person's. */
  takeScores(): Promise<readonly ScoreHistogram[]>;
}
