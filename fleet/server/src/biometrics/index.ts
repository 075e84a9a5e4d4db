export { createDrift, type Drift } from "./drift.js";
export { biometricsRoutes } from "./drift-routes.js";
export { biometricsMigrations, createSqlDriftStore } from "./sql-drift-store.js";
