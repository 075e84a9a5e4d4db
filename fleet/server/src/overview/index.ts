export { overviewRoutes } from "./http-routes.js";
export { readOverview } from "./overview.js";
