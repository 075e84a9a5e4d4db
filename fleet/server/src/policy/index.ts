export { readCheckout } from "./adapters/checkout-folder.js";
export { type PolicyRouteParts, policyRoutes } from "./adapters/policy-routes.js";
export { createSqlPolicyStore, policyMigrations } from "./adapters/sql-policy-store.js";
export { publishApproval } from "./app/approval.js";
export { Policies, type PoliciesParts, type PolicyConcern } from "./app/policies.js";
export { PUBLISH, type PublishArgs, type PublishedPolicy } from "./app/ports.js";
export { policyProblemTitles } from "./problem-titles.js";
