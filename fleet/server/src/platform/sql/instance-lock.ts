import { WardkeyError } from "@wardkey/protocol";
import sqlite3 from "sqlite3";

export interface InstanceLock {
  release(): Promise<void>;
}

/**
 * Holds `path` for this process alone: an exclusive SQLite lock, which the operating system drops when the process
 * dies however it dies. Refuses with `already-running`.
 */
export async function lockInstance(path: string): Promise<InstanceLock> {
  const file = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened: sqlite3.Database = new sqlite3.Database(path, (error) => (error ? reject(error) : resolve(opened)));
  });
  const close = (): Promise<void> =>
    new Promise((resolve, reject) => file.close((error) => (error ? reject(error) : resolve())));
  try {
    await new Promise<void>((resolve, reject) =>
      file.exec("PRAGMA journal_mode=DELETE; BEGIN EXCLUSIVE", (error) => (error ? reject(error) : resolve())),
    );
  } catch (error) {
    await close();
    if (error instanceof Error && "code" in error && error.code === "SQLITE_BUSY") {
      throw new WardkeyError("already-running", `another site server already uses the folder of ${path}`, {
        cause: error,
      });
    }
    throw error;
  }
  return { release: close };
}
