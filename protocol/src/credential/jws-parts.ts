import { z } from "zod";
import { decodeBase64, decodeBase64Url } from "./base64.js";
import { MAX_CHAIN_LENGTH } from "./chain-path.js";

/** The header of every JWS of a site. Nothing may be added: a header that tells how to be checked is not believed. */
const Header = z.strictObject({
  alg: z.literal("ES256"),
  typ: z.string().max(64),
  /** RFC 7515 4.1.6: standard base64 of DER. */
  x5c: z
    .array(z.string().regex(/^[A-Za-z0-9+/]{1,2732}={0,2}$/))
    .min(1)
    .max(MAX_CHAIN_LENGTH),
});

/** A compact JWS taken apart: nothing in it is verified yet. */
export interface JwsParts {
  /** Certificates in DER, the signer's first. */
  readonly chain: readonly Uint8Array[];
  /** The exact bytes that were signed as the payload. */
  readonly payload: Uint8Array;
  /** The bytes that the signature covers (RFC 7515 5.1). */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

/** Takes a compact JWS of exactly this type and at most `maxBytes` apart; `undefined` for anything else. Needs no Node. */
export function jwsParts(jws: string, typ: string, maxBytes: number): JwsParts | undefined {
  if (jws.length > maxBytes) return undefined;
  const [header, payload, signature, ...more] = jws.split(".");
  const [headerBytes, payloadBytes, signatureBytes] = [header, payload, signature].map(
    // One spelling for one meaning (RFC 4648 3.5).
    (part) => (part === undefined ? undefined : decodeBase64Url(part)),
  );
  if (more.length > 0 || headerBytes === undefined || payloadBytes === undefined || signatureBytes === undefined) {
    return undefined;
  }
  const parsed = Header.safeParse(jsonOf(headerBytes));
  if (!parsed.success || parsed.data.typ !== typ) return undefined;
  const chain = parsed.data.x5c.map(decodeBase64);
  const signed = new TextEncoder().encode(`${header}.${payload}`);
  return { chain, payload: payloadBytes, signed, signature: signatureBytes };
}

/** The JSON in `bytes`; `undefined` when there is none, or text that is not UTF-8. */
export function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
