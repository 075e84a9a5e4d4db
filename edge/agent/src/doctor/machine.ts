import { access, constants, readdir, readFile, realpath, stat, statfs } from "node:fs/promises";

/** What is looked at of the machine. Everything answers `null` or false where there is nothing, and never throws. */
export interface Machine {
  /** A path of this machine as it is to be opened: a test's machine lies in a folder. */
  at(path: string): string;
  text(path: string): Promise<string | null>;
  list(path: string): Promise<readonly string[] | null>;
  exists(path: string): Promise<boolean>;
  /** The error code of opening it so, or `null` when that is allowed. */
  refuses(path: string, mode: "read" | "write" | "read-write"): Promise<string | null>;
  /** Free bytes for an ordinary user, and free entries where the file system counts them. */
  space(path: string): Promise<{ readonly bytes: number; readonly entries: number | null } | null>;
  realPath(path: string): Promise<string | null>;
}

const MODES = {
  read: constants.R_OK,
  write: constants.W_OK,
  "read-write": constants.R_OK | constants.W_OK,
} as const;

export function thisMachine(root = "/"): Machine {
  // Not `join`: `device/..` is where the link leads to, and one up from there.
  const at = (path: string): string => (root === "/" ? path : `${root}${path}`);
  const orNull = <T>(promise: Promise<T>): Promise<T | null> => promise.catch(() => null);
  return {
    at,
    text: (path) => orNull(readFile(at(path), "utf8")),
    list: (path) => orNull(readdir(at(path))),
    exists: async (path) => (await orNull(stat(at(path)))) !== null,
    realPath: (path) => orNull(realpath(at(path))),
    refuses: (path, mode) =>
      access(at(path), MODES[mode]).then(
        () => null,
        (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : "unexpected"),
      ),
    async space(path) {
      const found = await orNull(statfs(at(path)));
      if (found === null) return null;
      return { bytes: found.bavail * found.bsize, entries: found.files === 0 ? null : found.ffree };
    },
  };
}
