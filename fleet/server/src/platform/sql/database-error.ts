import { codeOf, WardkeyError } from "@wardkey/protocol";

/** What an operator is to do about each code; logged beside it. */
export const DATABASE_ADVICE = {
  "database-locked": "another program holds the database: close backup tools and shells that have it open",
  "database-full": "the database cannot grow: free space on its disk or raise its limit; what was acknowledged is kept",
  "database-read-only": "the database cannot be written: check the mount, the owner of its files, or the standby role",
  "database-unreachable": "the database cannot be opened: check that its server runs, its address and its folder",
  "database-credentials": "the database refused the login: check the user, PGPASSWORD or the passfile, and pg_hba.conf",
  "database-damaged": "the database file is damaged: stop the server and restore the newest backup",
  "database-io-failed": "the disk of the database failed: stop the server and look at the machine's log",
  "database-conflict": "a row like this one is there already",
  "database-failed": "the database refused a statement that it should have taken: report it with this log",
} as const;
export type DatabaseCode = keyof typeof DATABASE_ADVICE;

const CODES: Readonly<Record<string, DatabaseCode>> = {
  SQLITE_BUSY: "database-locked",
  SQLITE_LOCKED: "database-locked",
  SQLITE_PROTOCOL: "database-locked",
  SQLITE_FULL: "database-full",
  SQLITE_READONLY: "database-read-only",
  SQLITE_PERM: "database-read-only",
  SQLITE_CANTOPEN: "database-unreachable",
  SQLITE_IOERR: "database-io-failed",
  SQLITE_CORRUPT: "database-damaged",
  SQLITE_NOTADB: "database-damaged",
  SQLITE_CONSTRAINT: "database-conflict",
  // PostgreSQL, appendix A: by code, then by class.
  "23505": "database-conflict",
  "23503": "database-conflict",
  "25006": "database-read-only",
  "40001": "database-locked",
  "40P01": "database-locked",
  "55P03": "database-locked",
  "57014": "database-locked",
  "57P01": "database-unreachable",
  "57P02": "database-unreachable",
  "57P03": "database-unreachable",
  "53100": "database-full",
  "53300": "database-unreachable",
  XX001: "database-damaged",
  "3D000": "database-unreachable",
  "58030": "database-io-failed",
  ECONNREFUSED: "database-unreachable",
  ECONNRESET: "database-unreachable",
  EHOSTUNREACH: "database-unreachable",
  ENETUNREACH: "database-unreachable",
  ENOENT: "database-unreachable",
  ENOTFOUND: "database-unreachable",
  EPIPE: "database-unreachable",
  ETIMEDOUT: "database-unreachable",
};
const CLASSES: Readonly<Record<string, DatabaseCode>> = { "08": "database-unreachable", "28": "database-credentials" };

export const isDatabaseCode = (code: string): code is DatabaseCode => Object.hasOwn(DATABASE_ADVICE, code);

/**
 * The one place where a driver's error gets its stable code. The message is the advice alone: a driver's own text may
 * quote values, and those may be names or sealed keys. PostgreSQL's `detail` stays behind for the same reason.
 */
export function databaseError(error: unknown): WardkeyError {
  if (error instanceof WardkeyError) return error;
  const code = databaseCodeOf(error);
  return new WardkeyError(code, DATABASE_ADVICE[code], { cause: { code: codeOf(error) } });
}

function databaseCodeOf(error: unknown): DatabaseCode {
  const driver = codeOf(error);
  const known = CODES[driver] ?? CLASSES[/^[0-9A-Z]{5}$/.test(driver) ? driver.slice(0, 2) : ""];
  if (known !== undefined) return known;
  if (!(error instanceof Error)) return "database-failed";
  if (error.name === "KnexTimeoutError") return "database-locked";
  // pg gives these no code.
  const lost = /^(Connection terminated|timeout expired|Client has encountered a connection error)/.test(error.message);
  return lost ? "database-unreachable" : "database-failed";
}
