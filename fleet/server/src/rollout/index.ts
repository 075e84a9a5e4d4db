export { createSqlRolloutStore, raiseHeadRevision, rolloutMigrations } from "./adapters/sql-rollout-store.js";
export { type Changed, type Measured, type RolloutParts, Rollouts } from "./app/rollouts.js";
export type { Counts, Verdict } from "./domain/measures.js";
export { type Behind, type Progress, progressOf, type Standing } from "./domain/progress.js";
export { type Head, percentOf, type Ring, type Rollout, type RolloutRecord } from "./domain/rollout.js";
export type { WatchedEvent } from "./domain/watch.js";
