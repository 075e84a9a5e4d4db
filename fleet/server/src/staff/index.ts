export { staffRoutes } from "./adapters/http-routes.js";
export { staffMigrations } from "./adapters/schema.js";
export { openSealing } from "./adapters/sealing.js";
export { createSqlStaffStore, hasSealedSecrets } from "./adapters/sql-staff-store.js";
export type { Person } from "./app/ports.js";
export { createStaff, type Staff } from "./app/staff.js";
