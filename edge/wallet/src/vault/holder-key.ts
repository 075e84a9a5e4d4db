import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, sign } from "node:crypto";
import { promisify } from "node:util";
import { SecretKey } from "./secret-key.js";
import { vaultError } from "./vault-error.js";

/** The wallet's P-256 key: what its owner has. Nobody who holds this port ever sees the private half. */
export interface HolderKey {
  /** SubjectPublicKeyInfo, DER. */
  publicKey(): Uint8Array;
  /** ECDSA over SHA-256, r || s in 64 bytes (RFC 8152 8.1). */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** Makes holder keys and finds them again by a handle that the vault keeps: a secure element's alias, or here the key itself. */
export interface HolderKeys {
  create(): Promise<{ key: HolderKey; handle: SecretKey }>;
  /** Refuses with `vault-corrupted` when the handle names no P-256 key. */
  open(handle: SecretKey): HolderKey;
}

const generate = promisify(generateKeyPair);

/** Keys in software: the handle is the PKCS #8 private key, at rest inside the sealed vault. */
export function softwareHolderKeys(): HolderKeys {
  return {
    async create() {
      const { privateKey } = await generate("ec", { namedCurve: "P-256" });
      const handle = new SecretKey(privateKey.export({ format: "der", type: "pkcs8" }));
      return { key: softwareKey(privateKey), handle };
    },
    open(handle) {
      try {
        const privateKey = createPrivateKey({ key: Buffer.from(handle.reveal()), format: "der", type: "pkcs8" });
        if (privateKey.asymmetricKeyDetails?.namedCurve !== "prime256v1") {
          throw vaultError("vault-corrupted", "the holder key is not on P-256");
        }
        return softwareKey(privateKey);
      } catch (error) {
        throw vaultError("vault-corrupted", "the holder key cannot be read", error);
      }
    },
  };
}

function softwareKey(privateKey: KeyObject): HolderKey {
  const publicKey = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return {
    publicKey: () => publicKey,
    sign: async (bytes) => sign("sha256", bytes, { key: privateKey, dsaEncoding: "ieee-p1363" }),
  };
}
