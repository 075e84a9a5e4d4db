import { z } from "zod";
import { type CertificateChain, MAX_CHAIN_LENGTH } from "./chain.js";
import type { Issuer } from "./cose.js";
import { signatureHolds } from "./p256.js";

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
  if (jws.length > maxBytes) return undefined;
  const [header, payload, signature, ...more] = jws.split(".");
  const parts = [header, payload, signature].map(decodePart);
  const [headerBytes, payloadBytes, signatureBytes] = parts;
  if (more.length > 0 || headerBytes === undefined || payloadBytes === undefined || signatureBytes === undefined) {
    return undefined;
  }
  const parsed = Header.safeParse(jsonOf(headerBytes));
  if (!parsed.success || parsed.data.typ !== typ) return undefined;
  const bytes = Buffer.from(`${header}.${payload}`, "ascii");
  return {
    chain: parsed.data.x5c.map((certificate) => Uint8Array.from(Buffer.from(certificate, "base64"))),
    payload: payloadBytes,
    signedBy: (publicKey) => signatureHolds({ publicKey, bytes, signature: signatureBytes }),
  };
}

/** One spelling for one meaning: unpadded base64url without stray bits (RFC 4648 3.5). */
function decodePart(part: string | undefined): Uint8Array | undefined {
  if (part === undefined) return undefined;
  const bytes = Buffer.from(part, "base64url");
  return bytes.toString("base64url") === part ? Uint8Array.from(bytes) : undefined;
}

/** The JSON in `bytes`; `undefined` when there is none, or text that is not UTF-8. */
export function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
