import { DER, inside } from "../credential/der.js";
import { hasP256Form, SIGNATURE_BYTES } from "../credential/p256-form.js";

/** Web Cryptography (W3C), which browsers offer to pages of a secure origin only, and Node too. */

export async function sha256(...parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
}

/** ECDSA with SHA-256 over P-256, the key as SubjectPublicKeyInfo, the signature as r || s; false for every malformed one. */
export async function holdsP256(input: {
  publicKey: Uint8Array;
  bytes: Uint8Array;
  signature: Uint8Array;
}): Promise<boolean> {
  if (!hasP256Form(input.publicKey) || input.signature.length !== SIGNATURE_BYTES) return false;
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  try {
    const key = await crypto.subtle.importKey("spki", Uint8Array.from(input.publicKey), algorithm, false, ["verify"]);
    const [signature, bytes] = [Uint8Array.from(input.signature), Uint8Array.from(input.bytes)];
    return await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, bytes);
  } catch {
    // A point off the curve.
    return false;
  }
}

/** An Ecdsa-Sig-Value (RFC 3279 2.2.3) as r || s; `undefined` when it is none for P-256. */
export function ecdsaRaw(der: Uint8Array): Uint8Array | undefined {
  const [outer, ...trailing] = inside({ tag: DER.set, content: der, whole: der }, DER.set) ?? [];
  const [r, s, ...more] = inside(outer, DER.sequence) ?? [];
  if (trailing.length > 0 || more.length > 0 || r?.tag !== DER.integer || s?.tag !== DER.integer) return undefined;
  const half = SIGNATURE_BYTES / 2;
  const raw = new Uint8Array(SIGNATURE_BYTES);
  for (const [place, { content }] of [r, s].entries()) {
    // X.690 8.3: a leading zero only keeps the number positive.
    const digits = content[0] === 0 ? content.subarray(1) : content;
    if (digits.length === 0 || digits.length > half) return undefined;
    raw.set(digits, (place + 1) * half - digits.length);
  }
  return raw;
}
