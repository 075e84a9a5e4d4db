export { SessionRunner, type TapReport } from "./app/runner.js";
export type { Facts, Mode, Session, SessionRules } from "./domain/model.js";
export { isOpen, startSession } from "./domain/step.js";
