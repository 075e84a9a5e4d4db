import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { stat } from "node:fs/promises";
import { WardkeyError } from "@wardkey/protocol";
import { createSigner, type Signer } from "@wardkey/protocol/credential";
import { readIfThere, writePrivate } from "./private-file.js";

export interface ReaderKey {
  /** SubjectPublicKeyInfo, DER, P-256. */
  readonly publicKey: Uint8Array;
  /** ES256, 64 raw bytes. */
  readonly sign: Signer;
}

/**
 * The kiosk's reader key: made here at the first start, kept in a file that only its owner reads, never sent anywhere.
 * Throws `reader-key-exposed` when others may read it, `reader-key-invalid` when the file holds something else.
 */
export async function openReaderKey(file: string): Promise<ReaderKey> {
  const kept = await readIfThere(file);
  if (kept === null) {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    await writePrivate(file, privateKey.export({ format: "pem", type: "pkcs8" }).toString());
    return keyOf(privateKey);
  }
  if (((await stat(file)).mode & 0o077) !== 0) {
    throw new WardkeyError("reader-key-exposed", `others may read ${file}: it must have mode 0600`);
  }
  return keyOf(parse(kept, file));
}

function parse(pem: string, file: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyDetails?.namedCurve === "prime256v1") return key;
  } catch (cause) {
    throw new WardkeyError("reader-key-invalid", `${file} holds no private key`, { cause });
  }
  throw new WardkeyError("reader-key-invalid", `${file} holds no P-256 key`);
}

const keyOf = (key: KeyObject): ReaderKey => ({
  publicKey: new Uint8Array(createPublicKey(key).export({ format: "der", type: "spki" })),
  sign: createSigner(key),
});
