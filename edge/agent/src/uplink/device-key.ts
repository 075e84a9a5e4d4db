import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { WardkeyError } from "@wardkey/protocol";
import { createSigner, keyDigest, type Signer } from "@wardkey/protocol/credential";
import { readIfThere, writePrivate } from "./private-file.js";

/** A P-256 key that was made on this device and is in one file of its own. */
export interface DeviceKey {
  /** Name of its file in the kiosk's folder. */
  readonly file: string;
  /** SubjectPublicKeyInfo, DER, P-256. */
  readonly publicKey: Uint8Array;
  /** For TLS and for certificate requests, in this process alone. */
  readonly key: KeyObject;
  /** ES256, 64 raw bytes. */
  readonly sign: Signer;
}

export type KeyPurpose = "identity" | "reader";

/** Makes a key; its file (0600) is on the disk when this returns. Every key has a file name of its own, so that none is overwritten. */
export async function makeDeviceKey(folder: string, purpose: KeyPurpose): Promise<DeviceKey> {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = Buffer.from(keyDigest(publicKeyOf(privateKey)))
    .toString("hex")
    .slice(0, 16);
  const file = `${purpose}-key-${name}.pem`;
  await writePrivate(join(folder, file), privateKey.export({ format: "pem", type: "pkcs8" }).toString());
  return deviceKey(file, privateKey);
}

/**
 * A key made earlier; `null` when its file is gone. Throws `device-key-exposed` when others may read it,
 * `device-key-invalid` when the file holds something else.
 */
export async function openDeviceKey(folder: string, file: string): Promise<DeviceKey | null> {
  const path = join(folder, file);
  const kept = await readIfThere(path);
  if (kept === null) return null;
  if (((await stat(path)).mode & 0o077) !== 0) {
    throw new WardkeyError("device-key-exposed", `others may read ${path}: it must have mode 0600`);
  }
  return deviceKey(file, parse(kept, path));
}

/** Removes every key of this purpose but those named. */
export async function forgetOtherKeys(folder: string, purpose: KeyPurpose, kept: readonly string[]): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(`${purpose}-key-`) && name.endsWith(".pem") && !kept.includes(name)) {
      await rm(join(folder, name), { force: true });
    }
  }
}

function parse(pem: string, path: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyDetails?.namedCurve === "prime256v1") return key;
  } catch (cause) {
    throw new WardkeyError("device-key-invalid", `${path} holds no private key`, { cause });
  }
  throw new WardkeyError("device-key-invalid", `${path} holds no P-256 key`);
}

const publicKeyOf = (key: KeyObject): Uint8Array =>
  new Uint8Array(createPublicKey(key).export({ format: "der", type: "spki" }));

const deviceKey = (file: string, key: KeyObject): DeviceKey => ({
  file,
  publicKey: publicKeyOf(key),
  key,
  sign: createSigner(key),
});
