import type { ApiServer } from "../http/api-server.js";
import { accountRoutes } from "./account-routes.js";
import { administratorRoutes } from "./administrator-routes.js";
import { approvalRoutes } from "./approval-routes.js";
import type { Auth } from "./auth.js";
import { signInRoutes } from "./sign-in-routes.js";

export type { ApprovalKind, Approvals, Approver } from "./approvals.js";
export { type Auth, openAuth } from "./auth.js";
export type { AuthWorld, Recording } from "./ports.js";
export { authProblemTitles } from "./problem-titles.js";
export { writeRecoveryFile } from "./recovery-file.js";
export { authMigrations } from "./schema.js";
export type { RelyingParty } from "./webauthn.js";

export function authRoutes(server: ApiServer, parts: { auth: Auth; siteName: string; secure: boolean }): void {
  signInRoutes(server, parts);
  accountRoutes(server, parts);
  administratorRoutes(server, parts);
  approvalRoutes(server, parts);
}
