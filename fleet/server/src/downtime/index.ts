export { createDowntime, type Downtime } from "./create-downtime.js";
export { downtimeAdminRoutes, downtimeKioskRoutes, downtimeProblemTitles } from "./downtime-routes.js";
export { createSqlDowntimeStore, downtimeMigrations } from "./sql-downtime-store.js";
