export { figureRoutes } from "./figure-routes.js";
export { createSqlFigureStore, figureMigrations } from "./sql-figure-store.js";
export type { Figures } from "./summing.js";
export { createWardFigures, type HourFigures, type OneWard, type WardFigures } from "./ward-figures.js";
