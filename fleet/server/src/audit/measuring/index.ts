export { verifyArchive } from "../verify/verify-archive.js";
export type { VerifyReport } from "../verify/verify-site.js";
export { writeSimulatedArchive } from "./simulated-archive.js";
