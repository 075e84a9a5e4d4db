export { systemClock } from "./assembly/world.js";
export { type VerifyReport, verifyArchive, verifyDatabase } from "./audit/index.js";
export { backUp, markRestored, restore } from "./backup.js";
export { type Fleet, startFleet } from "./fleet.js";
export { FleetConfig, type FleetConfigInput, readFleetConfig } from "./fleet-config.js";
export { caInit, rotateIntermediate, rotateRoot } from "./pki/index.js";
export { writeRecoveryFile } from "./platform/auth/index.js";
export { mosquittoConfiguration, rabbitConfiguration, rabbitPasswordHash } from "./platform/broker/index.js";
export { readCheckout } from "./policy/index.js";
