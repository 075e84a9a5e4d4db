export { openLocker } from "./open-locker.js";
export { PageCover } from "./page-cover.js";
export type { Locker, LockerEvent, LockTrouble, RelayBoard, UnlockGrant } from "./ports.js";
export { RecordedLocker } from "./recorded-locker.js";
export { createScreenLocker } from "./screen-locker.js";
export { LockingSettings } from "./settings.js";
