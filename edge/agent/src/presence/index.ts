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
export type { PresenceTuning } from "./domain/tuning.js";
