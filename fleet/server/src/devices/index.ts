export { createBootstrapFile } from "./adapters/bootstrap-file.js";
export { checkKiosks, deviceRoutes } from "./adapters/http-routes.js";
export { createSqlDeviceStore, deviceMigrations } from "./adapters/sql-device-store.js";
export { createDevices, type Devices } from "./app/devices.js";
export type { Kiosk } from "./app/ports.js";
