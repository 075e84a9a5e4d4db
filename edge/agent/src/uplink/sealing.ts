import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { join } from "node:path";
import { WardkeyError } from "@wardkey/protocol";
import { readIfThere, writePrivate } from "./private-file.js";

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals what must not lie in clear on the disk (AES-256-GCM, NIST SP 800-38D). With the key in a file beside it, a copied
 * or restored single file shows nothing, a stolen disk everything; with a key that the system hands over at start (a
 * systemd credential bound to the TPM) a stolen disk shows nothing either. Whoever is root on the running kiosk sees all.
 */
export interface Sealing {
  /** `context` has to be the same to open it again. */
  seal(bytes: Uint8Array, context: string): Uint8Array;
  /** `null` for what was sealed with another key or context, or was changed since. */
  open(sealed: Uint8Array, context: string): Uint8Array | null;
}

/** With the key in `file`, or in `sealing-key` of the kiosk's folder, made there when missing. Throws `sealing-key-missing`, `sealing-key-invalid`. */
export async function openSealing(folder: string, file: string | null): Promise<Sealing> {
  const own = join(folder, "sealing-key");
  const text = await readIfThere(file ?? own);
  if (text === null && file !== null) {
    throw new WardkeyError("sealing-key-missing", `no key at ${file}: give 32 bytes in base64url, or leave it out`);
  }
  if (text === null) {
    const key = randomBytes(KEY_BYTES);
    await writePrivate(own, `${key.toString("base64url")}\n`);
    return sealingWith(key);
  }
  const key = Buffer.from(text.trim(), "base64url");
  if (key.length !== KEY_BYTES) {
    throw new WardkeyError("sealing-key-invalid", `${file ?? own} must hold 32 bytes in base64url`);
  }
  return sealingWith(key);
}

function sealingWith(key: Buffer): Sealing {
  return {
    seal: (bytes, context) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context));
      const sealed = Buffer.concat([cipher.update(bytes), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
    },
    open: (sealed, context) => {
      if (sealed.length < NONCE_BYTES + TAG_BYTES) return null;
      const at = NONCE_BYTES + TAG_BYTES;
      const opening = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(context))
        .setAuthTag(sealed.subarray(NONCE_BYTES, at));
      try {
        return new Uint8Array(Buffer.concat([opening.update(sealed.subarray(at)), opening.final()]));
      } catch {
        return null;
      }
    },
  };
}
