export type { OverviewSources } from "./fleet-overview.js";
export { overviewRoutes } from "./http-routes.js";
export { siteOverviewRoutes } from "./overview-routes.js";
