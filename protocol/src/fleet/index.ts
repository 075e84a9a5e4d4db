export * from "./access-api.js";
export * from "./device-api.js";
export * from "./downtime.js";
export {
  type BodyCheck,
  checkJournalBody,
  isJournalKind,
  JournalBodies,
  type JournalBody,
  type JournalKind,
} from "./events.js";
export { FEWEST_PEOPLE } from "./fewest-people.js";
export { checkFleetBody, FleetBodies, type FleetBody, type FleetKind, isFleetKind } from "./fleet-events.js";
export { LIVE_TOPICS, LiveMessage, LiveTopic } from "./live.js";
export * from "./messages.js";
export { faultOfPin, type PinFault } from "./pin.js";
export { ASSET_KINDS, type AssetKind, DETECTORS, type DetectorName } from "./risk.js";
export {
  FEWEST_SCORES,
  readScoreCounts,
  SCORE_BINS,
  ScoreCounts,
  scoreBinOf,
  totalOf,
  writeScoreCounts,
} from "./score-histogram.js";
export * from "./site-api.js";
export * from "./staff-api.js";
export {
  type Holder,
  HolderTable,
  IDENTIFIER_WINDOW_SECONDS,
  MAX_TABLE_BYTES,
  MAX_TABLE_WINDOWS,
  PREFIX_BYTES,
  TEMPLATE_KEY_BYTES,
} from "./table.js";
export { encodeHolderTable, type HolderInput, type HolderTableInput, TableWriter } from "./table-writer.js";
export {
  ALL_KINDS,
  type AllKind,
  FLEET_CLIENT,
  grantFilters,
  isState,
  isTopicId,
  type MatrixReceive,
  type MatrixSend,
  mayPublish,
  mayRetain,
  maySubscribe,
  parseM2mTopic,
  parseUpTopic,
  type TopicGrant,
  topics,
  type UpTopic,
} from "./topics.js";
