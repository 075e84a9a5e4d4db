import { createCipheriv, createDecipheriv, createECDH, createHmac, hkdfSync } from "node:crypto";
import { encodeStrict } from "../credential/cbor.js";
import { plain, sha256 } from "../credential/p256.js";

/** Cryptographic randomness from outside, so that golden vectors can be made again. */
export type RandomBytes = (size: number) => Uint8Array;

const CURVE = "prime256v1";
const KEY_BYTES = 32;
const TAG_BYTES = 16;
const NONCE_BYTES = 12;
const LABEL = "wardkey tap v1";

/** An ephemeral P-256 key. `privateKey` is overwritten as soon as the secret is agreed. */
export interface EphemeralKey {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

export function makeEphemeralKey(randomBytes: RandomBytes): EphemeralKey {
  for (;;) {
    const privateKey = plain(randomBytes(KEY_BYTES));
    const ecdh = createECDH(CURVE);
    try {
      ecdh.setPrivateKey(privateKey);
      return { privateKey, publicKey: plain(ecdh.getPublicKey()) };
    } catch {
      // Zero or not below the order of the curve, once in 2^32: draw again.
    }
  }
}

/** SP 800-56A 5.7.1.2: the shared x coordinate; `undefined` for a point that is not on the curve. Overwrites the private key. */
export function agree(own: EphemeralKey, peerPublicKey: Uint8Array): Uint8Array | undefined {
  const ecdh = createECDH(CURVE);
  try {
    ecdh.setPrivateKey(own.privateKey);
    return plain(ecdh.computeSecret(peerPublicKey));
  } catch {
    return undefined;
  } finally {
    own.privateKey.fill(0);
  }
}

/** The transcript before M1: what was in the air, so that a handshake fits one phone's one quarter of an hour. */
export function openTranscript(input: { identifier: Uint8Array; window: number }): Uint8Array {
  return sha256(encodeStrict([LABEL, input.identifier, input.window]));
}

/** The transcript with one more message, or part of one. */
export function extendTranscript(transcript: Uint8Array, bytes: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return sha256(transcript, length, bytes);
}

/** One key per message and direction, each bound to every earlier byte through the salt (RFC 5869). */
export type KeyUse = "M2 kiosk" | "M3 phone" | "M4 kiosk" | "heartbeat phone" | "code";

export function deriveKey(input: { shared: Uint8Array; transcript: Uint8Array; use: KeyUse }): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", input.shared, input.transcript, `${LABEL} ${input.use}`, KEY_BYTES));
}

/** AES-256-GCM with a counter for a nonce (SP 800-38D 8.2.1: a key is never used twice with one counter). */
export interface Sealing {
  readonly key: Uint8Array;
  readonly counter: number;
  /** Authenticated with it: the transcript. */
  readonly transcript: Uint8Array;
}

export function seal(sealing: Sealing, clear: Uint8Array): Uint8Array {
  const cipher = createCipheriv("aes-256-gcm", sealing.key, nonceOf(sealing.counter));
  cipher.setAAD(sealing.transcript);
  return plain(Buffer.concat([cipher.update(clear), cipher.final(), cipher.getAuthTag()]));
}

/** `undefined` when one bit differs from what was sealed. */
export function unseal(sealing: Sealing, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < TAG_BYTES) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", sealing.key, nonceOf(sealing.counter), { authTagLength: TAG_BYTES });
  decipher.setAAD(sealing.transcript);
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  try {
    const clear = decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES));
    decipher.final();
    return plain(clear);
  } catch {
    return undefined;
  }
}

function nonceOf(counter: number): Uint8Array {
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeBigUInt64BE(BigInt(counter), NONCE_BYTES - 8);
  return nonce;
}

/** What a long-term key signs in a handshake: its role, every earlier byte, and the message it stands in. */
export function signatureInput(input: {
  role: "kiosk" | "phone";
  transcript: Uint8Array;
  body: Uint8Array;
}): Uint8Array {
  return encodeStrict([LABEL, input.role, input.transcript, sha256(input.body)]);
}

/**
 * What M1 says of a nonce, and of an enrolling phone's key, that only M3 reveals. Neither side can then choose its part
 * of the six-digit code after it has seen the other's.
 */
export function commitment(nonce: Uint8Array, holderKey: Uint8Array | null): Uint8Array {
  return sha256(encodeStrict([`${LABEL} commitment`, nonce, holderKey]));
}

/** Six digits that both screens of an enrolment show: a million handshakes of an attacker agree once. */
export function shortCode(input: {
  shared: Uint8Array;
  transcript: Uint8Array;
  nonce: Uint8Array;
  holderKey: Uint8Array;
}): string {
  const transcript = extendTranscript(extendTranscript(input.transcript, input.nonce), input.holderKey);
  const key = deriveKey({ shared: input.shared, transcript, use: "code" });
  const digits = Buffer.from(key).readBigUInt64BE() % 1_000_000n;
  key.fill(0);
  return digits.toString().padStart(6, "0");
}

/** Shows a kiosk that this phone knows the token of its offer, not only the identifier that everybody can hear. */
export function tokenProof(token: Uint8Array, transcript: Uint8Array): Uint8Array {
  return plain(createHmac("sha256", token).update(`${LABEL} token`).update(transcript).digest());
}
