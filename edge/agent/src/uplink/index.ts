export { readIfThere, writePrivate } from "./private-file.js";
export type { SiteAnswer } from "./site-client.js";
export { type KioskIdentityNow, SiteLink, type UplinkSettings } from "./site-link.js";
