import { codeOf, WardkeyError } from "@wardkey/protocol";
import knex from "knex";

export interface RunLock {
  /** Why there is no lock although nobody else holds it; `null` when it is held. */
  readonly code: string | null;
  release(): Promise<void>;
}

/**
 * Keeps a second agent away from the same data: an operating system's lock (through SQLite, which takes one for an
 * exclusive transaction) that a crash cannot leave behind. Throws `already-running`.
 */
export async function takeRunLock(file: string): Promise<RunLock> {
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
    // A disk that takes no lock takes no journal either: such an agent shows itself degraded and lets nobody in.
    if (codeOf(cause) !== "SQLITE_BUSY") return { code: codeOf(cause), release: async () => {} };
    throw new WardkeyError("already-running", `another agent runs over the same dataDir (${file} is locked)`, {
      cause,
    });
  }
  return { code: null, release: () => db.destroy() };
}
