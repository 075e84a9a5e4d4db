export { auditEn as auditIt } from "./audit-en.js";
