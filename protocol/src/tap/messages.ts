import { z } from "zod";
import { boundedBytes, decodeStrict, encodeStrict, exactBytes, unsigned } from "../credential/cbor.js";
import { POINT_BYTES } from "../credential/p256.js";
import { MAX_MESSAGE_BYTES } from "./frames.js";

/** Every message is one deterministic CBOR array whose first item is its kind. */
const KIND = { M1: 1, M2: 2, M3: 3, M4: 4, H: 5 } as const;

/** Version 1: P-256, ECDSA-SHA-256, HKDF-SHA-256, AES-256-GCM. A version fixes its suite. */
export const VERSION = 1;
export const SUPPORTED_VERSIONS: readonly number[] = [VERSION];

/** All that a side says that will not go on: one byte, the same for every reason and on either side. */
export const CLOSE_MESSAGE: Uint8Array = Uint8Array.of(0x80);
export const isClose = (message: Uint8Array): boolean => message.length === 1 && message[0] === CLOSE_MESSAGE[0];

const SEALED_OVERHEAD = 64;
const Sealed = boundedBytes(MAX_MESSAGE_BYTES - SEALED_OVERHEAD);

const M1 = z.tuple([
  z.literal(KIND.M1),
  z.array(unsigned.min(1)).min(1).max(8),
  exactBytes(POINT_BYTES),
  exactBytes(32),
]);
const M2 = z.tuple([z.literal(KIND.M2), unsigned.min(1), exactBytes(POINT_BYTES), Sealed]);
const M3 = z.tuple([z.literal(KIND.M3), Sealed]);
const M4 = z.tuple([z.literal(KIND.M4), Sealed]);
// One byte, or two from a phone that counts steps, and a tag.
const H = z.tuple([z.literal(KIND.H), z.int().min(1).max(0xffff_ffff), z.union([exactBytes(17), exactBytes(18)])]);

/** M1, phone: which versions it speaks, a fresh key, and a commitment to what M3 reveals. No identity. */
export interface Hello {
  readonly versions: readonly number[];
  readonly ephemeralKey: Uint8Array;
  readonly commitment: Uint8Array;
}
export const encodeHello = (hello: Hello): Uint8Array =>
  encodeStrict([KIND.M1, hello.versions, hello.ephemeralKey, hello.commitment]);
export function decodeHello(message: Uint8Array): Hello | undefined {
  const wire = M1.safeParse(decodeStrict(message));
  if (!wire.success) return undefined;
  const [, versions, ephemeralKey, commitment] = wire.data;
  return { versions, ephemeralKey, commitment };
}

/** M2, kiosk: the version taken and a fresh key in clear, the rest sealed. */
export interface Answer {
  readonly version: number;
  readonly ephemeralKey: Uint8Array;
  readonly sealed: Uint8Array;
}
/** What of M2 precedes its seal, as the transcript takes it. */
export const encodeAnswerHead = (answer: Omit<Answer, "sealed">): Uint8Array =>
  encodeStrict([KIND.M2, answer.version, answer.ephemeralKey]);
export const encodeAnswer = (answer: Answer): Uint8Array =>
  encodeStrict([KIND.M2, answer.version, answer.ephemeralKey, answer.sealed]);
export function decodeAnswer(message: Uint8Array): Answer | undefined {
  const wire = M2.safeParse(decodeStrict(message));
  if (!wire.success) return undefined;
  const [, version, ephemeralKey, sealed] = wire.data;
  return { version, ephemeralKey, sealed };
}

export const encodeM3 = (sealed: Uint8Array): Uint8Array => encodeStrict([KIND.M3, sealed]);
export const decodeM3 = (message: Uint8Array): Uint8Array | undefined => M3.safeParse(decodeStrict(message)).data?.[1];
export const encodeM4 = (sealed: Uint8Array): Uint8Array => encodeStrict([KIND.M4, sealed]);
export const decodeM4 = (message: Uint8Array): Uint8Array | undefined => M4.safeParse(decodeStrict(message)).data?.[1];

export const encodeHeartbeat = (counter: number, sealed: Uint8Array): Uint8Array =>
  encodeStrict([KIND.H, counter, sealed]);
export function decodeHeartbeat(message: Uint8Array): { counter: number; sealed: Uint8Array } | undefined {
  const wire = H.safeParse(decodeStrict(message)).data;
  return wire === undefined ? undefined : { counter: wire[1], sealed: wire[2] };
}
