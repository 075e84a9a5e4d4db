export { type Appended, Journal, type JournalHealth, type JournalPoint, type JournalSettings } from "./journal.js";
export { journalReason } from "./reason.js";
export { recover } from "./recovery.js";
export type { ChainCheck } from "./store.js";
