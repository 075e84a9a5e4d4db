import { sameBytes } from "./same-bytes.js";

/** RFC 5480: SubjectPublicKeyInfo of an uncompressed P-256 point, up to the point. */
export const SPKI_PREFIX: Uint8Array = Uint8Array.of(
  ...[0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01],
  ...[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00],
);
const UNCOMPRESSED = 0x04;

/** Bytes of an uncompressed point (SEC 1 2.3.3), of a public key in DER, of a raw signature. */
export const POINT_BYTES = 65;
export const SPKI_BYTES = SPKI_PREFIX.length + POINT_BYTES;
export const SIGNATURE_BYTES = 64;

/** Has `spki` the form of a P-256 key with an uncompressed point. Whether the point is on the curve shows when it is used. */
export function hasP256Form(spki: Uint8Array): boolean {
  const formed = spki.length === SPKI_BYTES && spki[SPKI_PREFIX.length] === UNCOMPRESSED;
  return formed && sameBytes(spki.subarray(0, SPKI_PREFIX.length), SPKI_PREFIX);
}
