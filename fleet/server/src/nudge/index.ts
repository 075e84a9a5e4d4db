export { nudgeProblemTitles, nudgeRoutes } from "./adapters/nudge-routes.js";
export { nudgeMigrations } from "./adapters/schema.js";
export { createSqlNudgeStore } from "./adapters/sql-nudge-store.js";
export { Nudges } from "./app/nudges.js";
export type { NudgeStore } from "./app/ports.js";
export { Trials } from "./app/trials.js";
