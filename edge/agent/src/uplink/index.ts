export type { SiteAnswer } from "./device-https.js";
export type { Standing } from "./fleet-memory.js";
export { CredentialFiles } from "./kept-credentials.js";
export { type KioskIdentityNow, SteadyTime } from "./lease.js";
export { NO_ORDERS, type Orders } from "./orders.js";
export { readBytesIfThere, writePrivate } from "./private-file.js";
export { openSealing } from "./sealing.js";
export type { UplinkSettings } from "./settings.js";
export { SiteLink } from "./site-link.js";
