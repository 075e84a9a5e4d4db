import { randomBytes } from "node:crypto";
import { chmod, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { WardkeyError } from "@wardkey/protocol";

const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/** Makes `folder` and closes it to everybody else. */
export async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
  await chmod(folder, PRIVATE_FOLDER);
}

/** Replaces `path` whole or not at all, with mode 0600, and returns once it would survive a power cut. */
export async function writePrivateFile(path: string, content: Uint8Array | string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString("hex")}.draft`;
  try {
    const file = await open(draft, "wx", PRIVATE_FILE);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The bytes of a secret, or `null` when there is no such file. Refuses one that others may read: `secret-file-exposed`. */
export async function readPrivateFile(path: string): Promise<Buffer | null> {
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0) {
      throw new WardkeyError(
        "secret-file-exposed",
        `${path} can be read by others: run chmod 600 on it, or replace it`,
      );
    }
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

/** The secret in `path`, made by `make` at first use. */
export async function readOrMakePrivateFile(path: string, make: () => Uint8Array | string): Promise<Buffer> {
  const known = await readPrivateFile(path);
  if (known !== null) return known;
  await mkdir(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
  const made = make();
  await writePrivateFile(path, made);
  return Buffer.from(made);
}

/** Makes sure of a file that only its owner reads, for a library that would open it to more. */
export async function touchPrivateFile(path: string): Promise<void> {
  await (await open(path, "a", PRIVATE_FILE)).close();
  await chmod(path, PRIVATE_FILE);
}
