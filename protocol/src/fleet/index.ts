export {
  type BodyCheck,
  checkJournalBody,
  isJournalKind,
  JournalBodies,
  type JournalBody,
  type JournalKind,
} from "./events.js";
export * from "./site-api.js";
export {
  encodeHolderTable,
  type Holder,
  HolderTable,
  type HolderTableInput,
  IDENTIFIER_WINDOW_SECONDS,
  MAX_TABLE_BYTES,
  MAX_TABLE_WINDOWS,
  PREFIX_BYTES,
  TEMPLATE_KEY_BYTES,
} from "./table.js";
