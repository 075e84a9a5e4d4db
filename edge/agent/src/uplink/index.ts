export type { KioskIdentityNow } from "./lease.js";
export { writePrivate } from "./private-file.js";
export type { SiteAnswer } from "./site-client.js";
export { SiteLink, type UplinkSettings } from "./site-link.js";
