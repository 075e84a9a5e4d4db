export type { SiteAnswer } from "./device-https.js";
export type { Standing } from "./fleet-memory.js";
export type { KioskIdentityNow } from "./lease.js";
export { NO_ORDERS, type Orders } from "./orders.js";
export { writePrivate } from "./private-file.js";
export { SiteLink, type UplinkSettings } from "./site-link.js";
