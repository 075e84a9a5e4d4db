import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import {
  bitString,
  octetString,
  oid,
  sequence,
  set,
  smallInteger,
  tagged,
  taggedPrimitive,
  time,
  truth,
  utf8String,
} from "../../credential/der-write.js";
import type { Instant } from "../../units.js";

/*
 * A certificate authority of a few lines for tests: it can also issue what a real one never would. Tests need no issuing
 * library; the reader in credential/ meets certificates of an independent OpenSSL as well.
 */

export interface KeyPair {
  readonly privateKey: KeyObject;
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Uint8Array;
}

/** A private scalar in the 32 bytes of the curve. */
export function scalarOf(scalar: number): Uint8Array {
  const d = Buffer.alloc(32);
  d.writeUInt32BE(scalar, 28);
  return d;
}

/** The P-256 pair of a fixed scalar: tests and vectors have the same keys every time. */
export function keyPairOf(scalar: number): KeyPair {
  const d = scalarOf(scalar);
  // RFC 5915 in PKCS #8, without the optional public key: OpenSSL computes it.
  const pkcs8 = Buffer.concat([
    Buffer.from("3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420", "hex"),
    d,
  ]);
  const privateKey = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return { privateKey, publicKey: Uint8Array.from(publicKey) };
}

const name = (attributes: Readonly<Record<string, string>>): Uint8Array =>
  sequence(...Object.entries(attributes).map(([type, value]) => set(sequence(oid(type), utf8String(value)))));

export const ECDSA_SHA256 = "1.2.840.10045.4.3.2";
const ATTRIBUTE = { commonName: "2.5.4.3", organization: "2.5.4.10", unit: "2.5.4.11" } as const;

/** An extension as it stands in a certificate. */
export const extension = (type: string, critical: boolean, value: Uint8Array): Uint8Array =>
  sequence(oid(type), ...(critical ? [truth()] : []), octetString(value));
/** `bits`: 0x80 digitalSignature, 0x04 keyCertSign. */
export const keyUsage = (bits: number): Uint8Array =>
  extension("2.5.29.15", true, bitString(Uint8Array.of(bits), bits === 0x04 ? 2 : 7));
export const authority = (pathLength?: number): Uint8Array => {
  const depth = pathLength === undefined ? [] : [smallInteger(pathLength)];
  return extension("2.5.29.19", true, sequence(truth(), ...depth));
};
export const usages = (critical: boolean, ...oids: string[]): Uint8Array =>
  extension("2.5.29.37", critical, sequence(...oids.map(oid)));
export const uris = (...names: string[]): Uint8Array =>
  extension("2.5.29.17", false, sequence(...names.map((uri) => taggedPrimitive(6, Buffer.from(uri)))));

export interface CertificateRequest {
  readonly serial: number;
  readonly subject: { readonly commonName: string; readonly organization: string; readonly unit?: string };
  readonly publicKey: Uint8Array;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  readonly extensions: readonly Uint8Array[];
}

const subjectOf = (subject: CertificateRequest["subject"]): Uint8Array =>
  name({
    [ATTRIBUTE.organization]: subject.organization,
    ...(subject.unit === undefined ? {} : { [ATTRIBUTE.unit]: subject.unit }),
    [ATTRIBUTE.commonName]: subject.commonName,
  });

/** Issues whatever it is asked for. `issuer` is the subject of the certificate above. */
export function issueCertificate(
  request: CertificateRequest,
  issuer: { subject: CertificateRequest["subject"]; privateKey: KeyObject },
): Uint8Array {
  const algorithm = sequence(oid(ECDSA_SHA256));
  const tbs = sequence(
    tagged(0, smallInteger(2)),
    smallInteger(request.serial & 0x7f),
    algorithm,
    subjectOf(issuer.subject),
    sequence(time(request.notBefore), time(request.notAfter)),
    subjectOf(request.subject),
    request.publicKey,
    tagged(3, sequence(...request.extensions)),
  );
  const signature = sign("sha256", tbs, issuer.privateKey);
  return Uint8Array.from(sequence(tbs, algorithm, bitString(signature)));
}
