export { auditRoutes } from "./adapters/http-routes.js";
export { auditMigrations, createSqlJournalStore } from "./adapters/sql-journal-store.js";
export { type Audit, createAudit } from "./app/audit.js";
