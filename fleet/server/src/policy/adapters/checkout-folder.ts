import type { Dirent } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { WardkeyError } from "@wardkey/protocol";

const MOST_FILES = 1_024;
const MOST_BYTES = 256 * 1024;

/**
 * The files of a policy's folder in a git checkout, as `assemble` takes them: `base.json`, `groups/*.json`,
 * `devices/*.json`. Other files beside them (a README, `.git`) are left alone; links are not followed. Throws
 * `policy-files-missing`, `policy-files-too-many` or `policy-files-too-large`.
 */
export async function readCheckout(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const names = [
    ...(await jsonFiles(folder, true)).filter((name) => name === "base.json"),
    ...(await jsonFiles(join(folder, "groups"), false)).map((name) => `groups/${name}`),
    ...(await jsonFiles(join(folder, "devices"), false)).map((name) => `devices/${name}`),
  ];
  if (names.length > MOST_FILES) throw new WardkeyError("policy-files-too-many", `more than ${MOST_FILES} files`);
  for (const name of names) {
    const path = join(folder, name);
    if ((await stat(path)).size > MOST_BYTES) throw new WardkeyError("policy-files-too-large", name);
    files.set(name, await readFile(path, "utf8"));
  }
  return files;
}

async function jsonFiles(folder: string, needed: boolean): Promise<readonly string[]> {
  let entries: readonly Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    if (!needed) return [];
    throw new WardkeyError("policy-files-missing", "there is no such folder, or it cannot be read", { cause });
  }
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
    .map(({ name }) => name)
    .sort();
}
