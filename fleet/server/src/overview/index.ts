export type { OverviewSources } from "./fleet-overview.js";
export { siteOverviewRoutes } from "./overview-routes.js";
