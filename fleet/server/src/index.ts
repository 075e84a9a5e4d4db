export { systemClock } from "./assembly/world.js";
export { createSqlAuditStore, type VerifyReport, verifyArchive, verifyDatabase, writeArchive } from "./audit/index.js";
export { type Fleet, startFleet } from "./fleet.js";
export { FleetConfig, type FleetConfigInput, readFleetConfig } from "./fleet-config.js";
export { caInit, rotateIntermediate, rotateRoot } from "./pki/index.js";
export { writeRecoveryFile } from "./platform/auth/index.js";
export { readCheckout } from "./policy/index.js";
