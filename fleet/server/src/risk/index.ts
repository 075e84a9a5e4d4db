export { riskImportProblemTitles } from "./adapters/import-problems.js";
export { riskProblemTitles, riskRoutes } from "./adapters/risk-routes.js";
export { riskMigrations } from "./adapters/schema.js";
export { createSqlRiskStore } from "./adapters/sql-risk-store.js";
export type { RiskStore } from "./app/ports.js";
export { Risk } from "./app/risk.js";
export type { Slicing } from "./app/slices.js";
export type { DeviceLock } from "./app/statements.js";
export type { Trigger } from "./domain/seen-event.js";
