import { z } from "zod";
import { boundedBytes, decodeStrict, encodeStrict, exactBytes, sameBytes } from "./cbor.js";
import { type CertificateChain, WireChain, wireChain } from "./chain.js";
import { SIGNATURE_BYTES, type Signer, signatureHolds } from "./p256.js";

/** RFC 9052 2: COSE_Sign1 carries tag 18. */
const SIGN1_TAG = 0xd2;
/** Header labels: RFC 9052 3.1 (alg), RFC 9596 (typ), RFC 9360 (x5chain). */
const LABEL = { algorithm: 1, type: 16, x5chain: 33 } as const;
/** RFC 9053 2.1. */
const ES256 = -7;

export const MAX_PAYLOAD_BYTES = 4_608;

/** What the site or a reader signs. The type is inside the signature, so that no kind passes for another. */
export type SignedType = "wardkey-credential" | "wardkey-status" | "wardkey-notice" | "wardkey-receipt";

/** A certificate, what leads from it to the root, and the key behind it. */
export interface Issuer {
  /** Travels in the x5chain header. */
  readonly chain: CertificateChain;
  readonly sign: Signer;
}

const Sign1 = z.tuple([
  z.instanceof(Uint8Array),
  z.map(z.literal(LABEL.x5chain), WireChain).refine((header) => header.size === 1),
  boundedBytes(MAX_PAYLOAD_BYTES),
  exactBytes(SIGNATURE_BYTES),
]);

/** An opened COSE_Sign1: nothing in it is verified yet. */
export interface SignedObject {
  readonly chain: CertificateChain;
  readonly payload: unknown;
  readonly signedBy: (publicKey: Uint8Array) => boolean;
}

const protectedHeader = (type: SignedType): Uint8Array =>
  encodeStrict(
    new Map<number, unknown>([
      [LABEL.algorithm, ES256],
      [LABEL.type, type],
    ]),
  );

/** RFC 9052 4.4: the bytes that the signature covers. */
export function toBeSigned(type: SignedType, payload: Uint8Array): Uint8Array {
  return encodeStrict(["Signature1", protectedHeader(type), new Uint8Array(0), payload]);
}

/** The COSE_Sign1 of a payload whose signature is there. */
export function assembleSigned(input: {
  type: SignedType;
  payload: Uint8Array;
  chain: CertificateChain;
  signature: Uint8Array;
}): Uint8Array {
  const header = new Map([[LABEL.x5chain, wireChain(input.chain)]]);
  const body = encodeStrict([protectedHeader(input.type), header, input.payload, input.signature]);
  return Uint8Array.of(SIGN1_TAG, ...body);
}

export async function signObject(type: SignedType, payload: Uint8Array, issuer: Issuer): Promise<Uint8Array> {
  const signature = await issuer.sign(toBeSigned(type, payload));
  return assembleSigned({ type, payload, chain: issuer.chain, signature });
}

/** Opens a COSE_Sign1 of exactly this type; `undefined` when it is anything else. */
export function openSigned(bytes: Uint8Array, type: SignedType): SignedObject | undefined {
  if (bytes[0] !== SIGN1_TAG) return undefined;
  const parsed = Sign1.safeParse(decodeStrict(bytes.subarray(1)));
  if (!parsed.success) return undefined;
  const [header, unprotected, payload, signature] = parsed.data;
  const chain = unprotected.get(LABEL.x5chain);
  if (chain === undefined || !sameBytes(header, protectedHeader(type))) return undefined;
  const content = decodeStrict(payload);
  if (content === undefined) return undefined;
  return {
    chain,
    payload: content,
    signedBy: (publicKey) => signatureHolds({ publicKey, bytes: toBeSigned(type, payload), signature }),
  };
}
