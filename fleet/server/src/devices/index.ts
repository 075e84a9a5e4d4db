export { deviceAdminRoutes, type ProposeWipe } from "./adapters/admin-routes.js";
export { createBootstrapFile } from "./adapters/bootstrap-file.js";
export { checkKiosks, deviceRoutes } from "./adapters/http-routes.js";
export { kioskRoutes } from "./adapters/kiosk-routes.js";
export { deviceProblemTitles } from "./adapters/problem-titles.js";
export { registryMigrations } from "./adapters/schema.js";
export { createSqlCommandStore } from "./adapters/sql-command-store.js";
export { createSqlDeviceStore, deviceMigrations } from "./adapters/sql-device-store.js";
export { createSqlDownStates } from "./adapters/sql-down-states.js";
export { createSqlRegistryStore } from "./adapters/sql-registry-store.js";
export { createSqlShadowStore } from "./adapters/sql-shadow-store.js";
export { createDevices, type Devices as BearerKiosks } from "./app/devices.js";
export type { Downlink, DownMessage, Sent } from "./app/downlink.js";
export { FirstTicket } from "./app/first-tickets.js";
export type {
  DeviceIdentities,
  HolderTables,
  Log,
  PolicyTargets,
  RecordAct,
  Timers,
} from "./app/fleet-ports.js";
export type { DeviceEntry } from "./app/listing.js";
export { type DeviceFacts, type DeviceParts, type Devices, openDevices } from "./app/open-devices.js";
export type { Kiosk } from "./app/ports.js";
export { WIPE_KIND, wipeApproval } from "./app/wipe.js";
export type { Device, DeviceKind } from "./domain/device.js";
