export { openRoot, openSigner } from "./adapters/key-folder.js";
export { createSqlIssueLog, pkiMigrations } from "./adapters/sql-issue-log.js";
export { createPki, type Pki, type ReaderSubject } from "./app/pki.js";
export type { IssuedRecord, IssueLog } from "./app/ports.js";
export { CREDENTIAL_LIFE } from "./domain/lifetimes.js";
