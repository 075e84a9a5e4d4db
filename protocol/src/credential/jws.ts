import type { CertificateChain } from "./chain.js";
import type { Issuer } from "./cose.js";
import { jwsParts } from "./jws-parts.js";
import { signatureHolds } from "./p256.js";

export { jsonOf } from "./jws-parts.js";

const text = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString("base64url");

/** A compact JWS (RFC 7515 3.1, ES256 as RFC 7518 3.4) of exactly `payload`, with the signer's chain in its header. */
export async function signJws(input: { typ: string; payload: Uint8Array }, issuer: Issuer): Promise<string> {
  const x5c = issuer.chain.map((certificate) => Buffer.from(certificate).toString("base64"));
  const header = text(JSON.stringify({ alg: "ES256", typ: input.typ, x5c }));
  const signed = `${header}.${text(input.payload)}`;
  return `${signed}.${text(await issuer.sign(Buffer.from(signed, "ascii")))}`;
}

/** An opened JWS: nothing in it is verified yet. */
export interface OpenedJws {
  readonly chain: CertificateChain;
  /** The exact bytes that were signed. */
  readonly payload: Uint8Array;
  readonly signedBy: (publicKey: Uint8Array) => boolean;
}

/** Opens a compact JWS of exactly this type and at most `maxBytes`; `undefined` for anything else. */
export function openJws(jws: string, typ: string, maxBytes: number): OpenedJws | undefined {
  const parts = jwsParts(jws, typ, maxBytes);
  if (parts === undefined) return undefined;
  const { chain, payload, signed, signature } = parts;
  return { chain, payload, signedBy: (publicKey) => signatureHolds({ publicKey, bytes: signed, signature }) };
}
