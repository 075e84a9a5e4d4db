export type { AskProof, ProofAnswer, ProofOutcome } from "./app/proofs.js";
export type { TapReport } from "./app/report.js";
export { SessionRunner } from "./app/runner.js";
export type { Emergency } from "./domain/emergency.js";
export type { FacelessWay, Facts, Mode, Session, SessionRules } from "./domain/model.js";
export { isOpen, startSession } from "./domain/step.js";
