export { openLocker } from "./open-locker.js";
export { PageCover } from "./page-cover.js";
export type { Locker, LockTrouble } from "./ports.js";
export { RecordedLocker } from "./recorded-locker.js";
export { LockingSettings } from "./settings.js";
