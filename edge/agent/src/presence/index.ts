export { createHolderDirectory, type ReplaceableDirectory } from "./adapters/holder-directory.js";
export type {
  HolderDirectory,
  HolderRef,
  LinkEvent,
  PresenceEvent,
  PresenceSource,
  ServedLink,
  Sighting,
} from "./app/ports.js";
export { createPresence, type PresenceInput } from "./app/presence.js";
export type { LockAccount } from "./domain/account.js";
export type { FaceSight } from "./domain/face-watch.js";
export { type LinkSign, type PresenceChange, PresenceEngine } from "./domain/presence-engine.js";
export type { LeavingWhy } from "./domain/served-phone.js";
export { type Sight, Sights, standsThere } from "./domain/sights.js";
export { DEFAULT_TUNING, type PresenceTuning } from "./domain/tuning.js";
