import { createCipheriv, createDecipheriv } from "node:crypto";
import { constants } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { codeOf } from "@wardkey/protocol";
import type { SecretKey } from "./secret-key.js";
import { vaultError } from "./vault-error.js";

/** "Wardkey vault, format 1": also the associated data, so that another format's bytes never open as this one's. */
const MAGIC = Buffer.from("WKVAULT1");
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Far above what bounded contents need; a larger file is not ours. */
export const MAX_SEALED_BYTES = 1024 * 1024;

export interface Sealing {
  key: SecretKey;
  randomBytes(size: number): Uint8Array;
}

/** AES-256-GCM (NIST SP 800-38D) under a fresh 96-bit nonce: magic, nonce, ciphertext, tag. */
export function seal(plain: Uint8Array, { key, randomBytes }: Sealing): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key.reveal(), nonce);
  cipher.setAAD(MAGIC);
  return Buffer.concat([MAGIC, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Refuses with `vault-version-unsupported` for a foreign start and `vault-corrupted` for anything changed or cut. */
export function unseal(sealed: Uint8Array, key: SecretKey): Uint8Array {
  const bytes = Buffer.from(sealed);
  if (bytes.length < MAGIC.length + NONCE_BYTES + TAG_BYTES) throw vaultError("vault-corrupted", "the vault is cut");
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    const known = bytes.subarray(0, MAGIC.length - 1).equals(MAGIC.subarray(0, -1));
    throw known
      ? vaultError("vault-version-unsupported", "the vault was written by another version")
      : vaultError("vault-corrupted", "this is not a vault");
  }
  const body = bytes.subarray(MAGIC.length + NONCE_BYTES, -TAG_BYTES);
  const decipher = createDecipheriv(
    "aes-256-gcm",
    key.reveal(),
    bytes.subarray(MAGIC.length, MAGIC.length + NONCE_BYTES),
    {
      authTagLength: TAG_BYTES,
    },
  );
  decipher.setAAD(MAGIC);
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(body), decipher.final()]);
  } catch (error) {
    throw vaultError("vault-corrupted", "the vault does not open under its key", error);
  }
}

/** The file's bytes, `null` when there is none. Refuses with `vault-unreadable` or `vault-too-large`. */
export async function readSealedFile(path: string): Promise<Uint8Array | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return null;
    throw vaultError("vault-unreadable", "the vault cannot be opened", error);
  });
  if (file === null) return null;
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw vaultError("vault-unreadable", "the vault is not a file");
    if (stat.size > MAX_SEALED_BYTES) throw vaultError("vault-too-large", "the vault is larger than any vault");
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/**
 * Replaces the file whole: written beside it, flushed, renamed, and the folder flushed. A crash at any point leaves the
 * old file or the new one. Refuses with `vault-write-failed`; the old file then still stands.
 */
export async function replaceSealedFile(path: string, bytes: Uint8Array): Promise<void> {
  const beside = `${path}.new`;
  try {
    // What a crash left behind was never the vault.
    await rm(beside, { force: true });
    const file = await open(beside, "wx", 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
    const folder = await open(dirname(path), "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    throw vaultError("vault-write-failed", "the vault cannot be written", error);
  }
}
