import { codeOf, WardkeyError } from "@wardkey/protocol";
import knex from "knex";

/**
 * Keeps a second agent away from the same data: an operating system's lock (through SQLite, which takes one for an
 * exclusive transaction) that a crash cannot leave behind. Throws `already-running`.
 */
export async function takeRunLock(file: string): Promise<{ release(): Promise<void> }> {
  const db = knex({
    client: "sqlite3",
    connection: { filename: file },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
  try {
    await db.raw("PRAGMA busy_timeout = 0");
    await db.raw("BEGIN EXCLUSIVE");
  } catch (cause) {
    await db.destroy();
    if (codeOf(cause) !== "SQLITE_BUSY") throw cause;
    throw new WardkeyError("already-running", `another agent runs over the same dataDir (${file} is locked)`, {
      cause,
    });
  }
  return { release: () => db.destroy() };
}
