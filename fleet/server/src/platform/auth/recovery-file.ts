import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { hours } from "@wardkey/protocol";
import { z } from "zod";
import { makePrivateFolder, writePrivateFile } from "../files/secret-file.js";
import { digestOf } from "./ports.js";

const FILE = "recover-administrator.json";
const LIFE = hours(1);

const RecoveryFile = z.strictObject({
  hash: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  login: z.string().regex(/^[a-z0-9-]{1,63}$/),
  expiresAt: z.number().int().nonnegative(),
});
export type Recovery = z.infer<typeof RecoveryFile>;

/**
 * `wardkey admin recover`: who may write into the server's data folder may let an administrator in again. Leaves the
 * digest of a secret there and answers the secret, which goes into the link's fragment.
 */
export async function writeRecoveryFile(input: {
  dataDir: string;
  login: string;
  now: number;
  randomBytes(size: number): Uint8Array;
}): Promise<{ secret: string; expiresAt: number }> {
  const secret = Buffer.from(input.randomBytes(32)).toString("base64url");
  const recovery: Recovery = { hash: digestOf(secret), login: input.login, expiresAt: input.now + LIFE };
  await makePrivateFolder(input.dataDir);
  await writePrivateFile(join(input.dataDir, FILE), JSON.stringify(RecoveryFile.parse(recovery)));
  return { secret, expiresAt: recovery.expiresAt };
}

/** What the recovery file says of this secret; `null` for every other. A file that others may write to counts for nothing. */
export async function readRecoveryFile(dataDir: string, secret: string, now: number): Promise<Recovery | null> {
  const path = join(dataDir, FILE);
  try {
    const { mode, uid } = await stat(path);
    if ((mode & 0o077) !== 0 || (uid !== process.getuid?.() && uid !== 0)) return null;
    const read = RecoveryFile.safeParse(JSON.parse(await readFile(path, "utf8")));
    if (!read.success || read.data.hash !== digestOf(secret)) return null;
    return now < read.data.expiresAt && read.data.expiresAt <= now + LIFE ? read.data : null;
  } catch {
    return null;
  }
}

export const removeRecoveryFile = (dataDir: string): Promise<void> => rm(join(dataDir, FILE), { force: true });
