export { LogindTarget } from "./logind/logind-target.js";
export type {
  Locker,
  LockerEvent,
  LockTarget,
  LockTrouble,
  RelayBoard,
  UnlockGrant,
} from "./ports.js";
export { PursuingLocker } from "./pursuing-locker.js";
export { RecordedLocker } from "./recorded-locker.js";
export { createScreenLocker } from "./screen-locker.js";
