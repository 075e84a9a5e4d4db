export { auditEn as auditEl } from "./audit-en.js";
