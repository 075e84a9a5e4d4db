import { createHash, createPublicKey, type KeyObject, sign as signWith, verify } from "node:crypto";
import { hasP256Form, POINT_BYTES, SIGNATURE_BYTES, SPKI_PREFIX } from "./p256-form.js";

export { POINT_BYTES, SIGNATURE_BYTES, SPKI_BYTES } from "./p256-form.js";

/** Signs with a key that its holder keeps: a file's, a secure element's. Answers 64 bytes r || s over SHA-256 of `bytes`. */
export type Signer = (bytes: Uint8Array) => Promise<Uint8Array>;

/** A signer over a P-256 private key held in this process. */
export function createSigner(privateKey: KeyObject): Signer {
  return async (bytes) => plain(signWith("sha256", bytes, { key: privateKey, dsaEncoding: "ieee-p1363" }));
}

/** ECDSA with SHA-256 (RFC 9053 2.1) over P-256; false for every malformed key or signature. */
export function signatureHolds(input: { publicKey: Uint8Array; bytes: Uint8Array; signature: Uint8Array }): boolean {
  if (input.signature.length !== SIGNATURE_BYTES) return false;
  const key = keyOf(input.publicKey);
  if (key === undefined) return false;
  try {
    return verify("sha256", input.bytes, { key, dsaEncoding: "ieee-p1363" }, input.signature);
  } catch {
    // OpenSSL throws where r or s is out of range.
    return false;
  }
}

/** The point of a P-256 public key in DER; `undefined` when it is anything else, also a point off the curve. */
export function pointOf(spki: Uint8Array): Uint8Array | undefined {
  if (keyOf(spki) === undefined) return undefined;
  return spki.slice(SPKI_PREFIX.length);
}

/** The public key, in DER, of an uncompressed point; `undefined` when it is not on the curve. */
export function spkiOf(point: Uint8Array): Uint8Array | undefined {
  if (point.length !== POINT_BYTES) return undefined;
  const spki = plain(Buffer.concat([SPKI_PREFIX, point]));
  return keyOf(spki) === undefined ? undefined : spki;
}

function keyOf(spki: Uint8Array): KeyObject | undefined {
  if (!hasP256Form(spki)) return undefined;
  try {
    return createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  } catch {
    return undefined;
  }
}

export function sha256(...parts: Uint8Array[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return plain(hash.digest());
}

/** The name of a public key: SHA-256 of its SubjectPublicKeyInfo in DER. */
export function keyDigest(spki: Uint8Array): Uint8Array {
  return sha256(spki);
}

/** A copy that is a plain `Uint8Array` over memory of its own: a `Buffer` may share a pool. */
export function plain(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes);
}
