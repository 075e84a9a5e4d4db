export { refuseUnfinished, writeMarker } from "./marker.js";
export { type Counters, type Lost, openRestorations, type Restorations } from "./restorations.js";
export { restorationProblemTitles, restorationRoutes } from "./routes.js";
export { restorationMigrations } from "./schema.js";
