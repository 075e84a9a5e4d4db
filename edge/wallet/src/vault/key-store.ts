import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { codeOf } from "@wardkey/protocol";
import { SecretKey } from "./secret-key.js";
import { vaultError } from "./vault-error.js";

/**
 * Keeps the 32-byte key that seals the vault. On a phone the secure element stands behind this port; here the only
 * adapter is a file that its owner alone can read, which protects against a copied vault, not against a stolen disk.
 */
export interface KeyStore {
  /** The key, or `null` when none was ever made. Refuses with `vault-key-invalid` or `vault-key-exposed`. */
  read(): Promise<SecretKey | null>;
  /** Keeps a new key durably. Refuses with `vault-write-failed` when one is there already. */
  create(key: SecretKey): Promise<void>;
}

export const SEAL_KEY_BYTES = 32;

/** A key file, mode 0600. A file that others may read is refused rather than mended: the key may be known already. */
export function keyFileStore(path: string): KeyStore {
  return {
    async read() {
      const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: unknown) => {
        if (codeOf(error) === "ENOENT") return null;
        throw vaultError("vault-unreadable", "the vault's key file cannot be opened", error);
      });
      if (file === null) return null;
      try {
        const { mode, size } = await file.stat();
        if ((mode & 0o077) !== 0) throw vaultError("vault-key-exposed", "the vault's key file is open to others");
        if (size !== SEAL_KEY_BYTES) throw vaultError("vault-key-invalid", "the vault's key file has the wrong length");
        return new SecretKey(await file.readFile());
      } finally {
        await file.close();
      }
    },

    async create(key) {
      try {
        const file = await open(path, "wx", 0o600);
        try {
          await file.writeFile(key.reveal());
          await file.sync();
        } finally {
          await file.close();
        }
      } catch (error) {
        throw vaultError("vault-write-failed", "the vault's key file cannot be written", error);
      }
    },
  };
}
