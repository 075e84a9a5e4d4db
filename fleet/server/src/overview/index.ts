export { overviewRoutes } from "./http-routes.js";
