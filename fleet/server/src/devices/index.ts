export { deviceAdminRoutes, type ProposeWipe } from "./adapters/admin-routes.js";
export { kioskRoutes } from "./adapters/kiosk-routes.js";
export { deviceProblemTitles } from "./adapters/problem-titles.js";
export { deviceMigrations, registryMigrations } from "./adapters/schema.js";
export { createSqlCommandStore } from "./adapters/sql-command-store.js";
export { createSqlDownStates } from "./adapters/sql-down-states.js";
export { createSqlRegistryStore } from "./adapters/sql-registry-store.js";
export { createSqlShadowStore, raiseShadowEpochs } from "./adapters/sql-shadow-store.js";
export type { Downlink, DownMessage, Sent } from "./app/downlink.js";
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
export { rememberShadows } from "./app/remembered-shadows.js";
export { WIPE_KIND, wipeApproval } from "./app/wipe.js";
export type { Device, DeviceKind } from "./domain/device.js";
