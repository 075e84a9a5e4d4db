export { createSqlTrainingStore, type TrainingStore, trainingMigrations } from "./sql-training-store.js";
export { Training } from "./training.js";
export { trainingProblemTitles, trainingRoutes } from "./training-routes.js";
