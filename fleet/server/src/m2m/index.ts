export { type Matrix, type MatrixParts, openMatrix } from "./matrix.js";
export { m2mProblemTitles, m2mRoutes } from "./routes.js";
export { createSqlMatrixStore, m2mMigrations } from "./sql-matrix-store.js";
