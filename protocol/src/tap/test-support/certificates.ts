import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import type { Instant } from "../../units.js";

/*
 * A certificate authority of a few lines for tests: it can also issue what a real one never would. DER by hand (X.690,
 * RFC 5280), so that tests need no issuing library and the reader in credential/ meets an independent OpenSSL as well.
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

const der = (tag: number, ...parts: Uint8Array[]): Uint8Array => {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content]);
  if (length < 0x100) return Buffer.concat([Buffer.of(tag, 0x81, length), content]);
  return Buffer.concat([Buffer.of(tag, 0x82, length >> 8, length & 0xff), content]);
};
const sequence = (...parts: Uint8Array[]): Uint8Array => der(0x30, ...parts);
const utf8 = (text: string): Uint8Array => der(0x0c, Buffer.from(text));
const octets = (bytes: Uint8Array): Uint8Array => der(0x04, bytes);
const TRUE = Buffer.of(0x01, 0x01, 0xff);

const oid = (dotted: string): Uint8Array => {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return der(0x06, Buffer.from(bytes));
};

const name = (attributes: Readonly<Record<string, string>>): Uint8Array =>
  sequence(...Object.entries(attributes).map(([type, value]) => der(0x31, sequence(oid(type), utf8(value)))));

const time = (at: Instant): Uint8Array => {
  const digits = new Date(at).toISOString().replaceAll(/[-:T]/g, "").slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
};

export const ECDSA_SHA256 = "1.2.840.10045.4.3.2";
const ATTRIBUTE = { commonName: "2.5.4.3", organization: "2.5.4.10", unit: "2.5.4.11" } as const;

/** An extension as it stands in a certificate. */
export const extension = (type: string, critical: boolean, value: Uint8Array): Uint8Array =>
  sequence(oid(type), ...(critical ? [TRUE] : []), octets(value));
/** `bits`: 0x80 digitalSignature, 0x04 keyCertSign. */
export const keyUsage = (bits: number): Uint8Array =>
  extension("2.5.29.15", true, der(0x03, Buffer.of(bits === 0x04 ? 2 : 7, bits)));
export const authority = (pathLength?: number): Uint8Array => {
  const depth = pathLength === undefined ? [] : [der(0x02, Buffer.of(pathLength))];
  return extension("2.5.29.19", true, sequence(TRUE, ...depth));
};
export const usages = (critical: boolean, ...oids: string[]): Uint8Array =>
  extension("2.5.29.37", critical, sequence(...oids.map(oid)));
export const uris = (...names: string[]): Uint8Array =>
  extension("2.5.29.17", false, sequence(...names.map((uri) => der(0x86, Buffer.from(uri)))));

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
    der(0xa0, Buffer.of(0x02, 0x01, 0x02)),
    der(0x02, Buffer.of(request.serial & 0x7f)),
    algorithm,
    subjectOf(issuer.subject),
    sequence(time(request.notBefore), time(request.notAfter)),
    subjectOf(request.subject),
    request.publicKey,
    der(0xa3, sequence(...request.extensions)),
  );
  const signature = sign("sha256", tbs, issuer.privateKey);
  return Uint8Array.from(sequence(tbs, algorithm, der(0x03, Buffer.of(0), signature)));
}
