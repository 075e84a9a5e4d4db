export { nextDeadline } from "./deadline.js";
export type {
  AttemptId,
  Decision,
  Effect,
  Facts,
  HolderRef,
  ImpedimentReason,
  LeavingCause,
  Mode,
  Served,
  Session,
  SessionEvent,
  SessionRecord,
  SessionRules,
  Step,
} from "./model.js";
export { type SessionPorts, SessionRunner, type TapReport } from "./runner.js";
export { isOpen, startSession, step } from "./step.js";
