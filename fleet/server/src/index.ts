export { SiteConfig, type SiteConfigInput } from "./config.js";
export { type Site, startSite, systemClock } from "./site.js";
