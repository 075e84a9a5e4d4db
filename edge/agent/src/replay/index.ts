export { DEFAULT_TUNING, type LockAccount, type PresenceTuning } from "../presence/index.js";
export type { SessionRules } from "../session/index.js";
export { createKioskReplay, type KioskReplay, type KioskReplayInput } from "./kiosk-replay.js";
export type { Observation, ReplayEvent, ReplayWorld } from "./observation.js";
