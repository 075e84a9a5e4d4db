import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { WardkeyError } from "@wardkey/protocol";
import { readOrMakePrivateFile, readPrivateFile } from "../../platform/files/secret-file.js";

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts secrets for the database: AES-256-GCM, bound to what they are for. */
export interface Sealing {
  seal(secret: Uint8Array, purpose: string): Buffer;
  /** Refuses what was changed, or sealed for something else, or at another site, with `sealed-secret-damaged`. */
  open(sealed: Uint8Array, purpose: string): Uint8Array;
  /** A name for `value` that nobody makes without this site's key: HMAC-SHA-256, hexadecimal. */
  name(value: string, purpose: string): string;
  /** A key of 32 bytes for `purpose`, which tells nothing about the sealing key (RFC 5869). */
  derive(purpose: string): Uint8Array;
}

/** The sealing key of `path`, made at the first start. Refuses to make another once secrets exist: `sealing-key-missing`. */
export async function openSealing({ path, sealedBefore }: { path: string; sealedBefore: boolean }): Promise<Sealing> {
  if (sealedBefore && (await readPrivateFile(path)) === null) {
    throw new WardkeyError(
      "sealing-key-missing",
      `${path} is gone: restore it, the wallets' keys cannot be read without`,
    );
  }
  const key = await readOrMakePrivateFile(path, () => randomBytes(KEY_BYTES));
  if (key.length !== KEY_BYTES) throw new WardkeyError("sealing-key-damaged", `${path} must hold ${KEY_BYTES} bytes`);
  return sealingWith(key);
}

export function sealingWith(key: Uint8Array): Sealing {
  const derive = (purpose: string): Uint8Array =>
    new Uint8Array(hkdfSync("sha256", key, new Uint8Array(), `wardkey ${purpose}`, KEY_BYTES));
  return {
    derive,
    name: (value, purpose) => createHmac("sha256", derive(purpose)).update(value, "utf8").digest("hex"),
    seal(secret, purpose) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(purpose, "utf8"));
      return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed, purpose) {
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, NONCE_BYTES), {
          authTagLength: TAG_BYTES,
        })
          .setAAD(Buffer.from(purpose, "utf8"))
          .setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
        const body = sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES);
        return Uint8Array.from(Buffer.concat([decipher.update(body), decipher.final()]));
      } catch (error) {
        throw new WardkeyError("sealed-secret-damaged", "a sealed secret does not open", { cause: error });
      }
    },
  };
}
