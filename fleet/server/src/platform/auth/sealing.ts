import { createCipheriv, createDecipheriv } from "node:crypto";
import { WardkeyError } from "@wardkey/protocol";
import { readOrMakePrivateFile } from "../files/secret-file.js";

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Keeps small secrets out of the database's files and backups: AES-256-GCM, bound to what they belong to. */
export interface SecretSealing {
  seal(secret: string, context: string): string;
  /** Refuses with `secret-unreadable`. */
  open(sealed: string, context: string): string;
}

/** With the key of `path`, made at first use. Every fleet server of a site uses the same file. */
export async function openSecretSealing(
  path: string,
  randomBytes: (size: number) => Uint8Array,
): Promise<SecretSealing> {
  const key = await readOrMakePrivateFile(path, () => randomBytes(KEY_BYTES));
  if (key.length !== KEY_BYTES) throw new WardkeyError("secret-key-invalid", `${path} must hold ${KEY_BYTES} bytes`);
  return {
    seal(secret, context) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(context));
      const sealed = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64url");
    },
    open(sealed, context) {
      const bytes = Buffer.from(sealed, "base64url");
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, IV_BYTES))
          .setAAD(Buffer.from(context))
          .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString(
          "utf8",
        );
      } catch (error) {
        throw new WardkeyError("secret-unreadable", "a secret was sealed by another key", { cause: error });
      }
    },
  };
}
