export { PUBLISH_PROFILES, profilesApproval } from "./approval.js";
export { ProfileBundles } from "./bundles.js";
export { peripheralProblemTitles, peripheralRoutes } from "./routes.js";
export { peripheralMigrations } from "./schema.js";
