export { auditRoutes } from "./adapters/http-routes.js";
export { auditMigrations } from "./adapters/schema.js";
export { createSqlAuditStore, createSqlAuditStore as createSqlJournalStore } from "./adapters/sql-audit-store.js";
export { type Audit, type AuditParts, createAudit } from "./app/audit.js";
