export type { AskProof, ProofAnswer, ProofOutcome } from "./app/proofs.js";
export type { TapReport } from "./app/report.js";
export { SessionRunner } from "./app/runner.js";
export { sensed } from "./app/sensed.js";
export { nextDeadline } from "./domain/deadline.js";
export type { Emergency } from "./domain/emergency.js";
export { deferredUntil } from "./domain/leaving.js";
export type {
  Effect,
  FacelessWay,
  Facts,
  LeavingCause,
  Mode,
  ProofDecision,
  Served,
  Session,
  SessionRules,
} from "./domain/model.js";
export type { SessionEvent } from "./domain/session-event.js";
export { isOpen, startSession, step } from "./domain/step.js";
