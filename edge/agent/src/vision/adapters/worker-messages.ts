import type { ChallengeJob, CompareJob, EnrolJob, Looked, LookJob } from "../app/analyst-port.js";
import type { ScoreHistogram } from "../domain/score-histograms.js";
import type { MatchOutcome } from "../ports.js";
import type { AnalystOptions } from "./local-analyst.js";

/** Into the worker. Buffers are moved, not copied. */
export type ToWorker =
  | { readonly type: "look"; readonly id: number; readonly job: LookJob }
  | { readonly type: "compare"; readonly id: number; readonly job: CompareJob }
  | { readonly type: "begin-enrolment"; readonly id: number; readonly job: EnrolJob }
  | { readonly type: "cancel-enrolment"; readonly id: number }
  | { readonly type: "begin-challenge"; readonly id: number; readonly job: ChallengeJob }
  | { readonly type: "cancel-challenge"; readonly id: number }
  | { readonly type: "take-scores"; readonly id: number }
  | { readonly type: "stop"; readonly id: number };

/** Out of the worker: no embedding, no similarity but as a count among many, no picture but the emptied buffer of the frame that came in. */
export type FromWorker =
  | { readonly type: "ready" }
  | { readonly type: "unavailable"; readonly code: string }
  | { readonly type: "looked"; readonly id: number; readonly looked: Looked }
  | { readonly type: "compared"; readonly id: number; readonly outcome: MatchOutcome }
  | { readonly type: "scores"; readonly id: number; readonly scores: readonly ScoreHistogram[] }
  | { readonly type: "done"; readonly id: number }
  | { readonly type: "failed"; readonly id: number; readonly code: string };

export type WorkerData = AnalystOptions;
