export { createSqlValueStore, valueMigrations } from "./sql-value-store.js";
export { createValue, type Value } from "./value.js";
export { valueProblemTitles, valueRoutes } from "./value-routes.js";
