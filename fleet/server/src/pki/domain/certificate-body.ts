import {
  bitString,
  type Der,
  integer,
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
} from "@wardkey/protocol/credential/der-write";
import type { Validity } from "./lifetimes.js";
import { OID } from "./oids.js";

export interface SubjectName {
  readonly commonName: string;
  readonly organization: string;
  readonly organizationalUnit?: string;
}

/** One subject alternative name: of a device or signer a URI, of a server what clients dial. */
export type AlternativeName =
  | { readonly uri: string }
  | { readonly dns: string }
  /** 4 or 16 bytes. */
  | { readonly address: Uint8Array };

export type CertificateKind =
  | { readonly kind: "authority"; readonly pathLength: number; readonly subjectKeyId: Uint8Array }
  | { readonly kind: "leaf"; readonly usage: string; readonly names: readonly AlternativeName[] };

/** What of an authority goes into the certificates that it issues. */
export interface IssuerName {
  /** The DER of its subject, byte for byte. */
  readonly subject: Uint8Array;
  /** Its subject key identifier. */
  readonly keyId: Uint8Array;
}

export interface CertificateBody extends Validity {
  /** Big-endian. */
  readonly serial: Uint8Array;
  readonly issuer: IssuerName;
  /** DER of a Name. */
  readonly subject: Uint8Array;
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Uint8Array;
  readonly kind: CertificateKind;
}

/** RFC 5758 3.2. */
export const SIGNATURE_ALGORITHM: Der = sequence(oid(OID.ecdsaWithSha256));

/** A Name; every value as UTF8String (RFC 5280 4.1.2.4). */
export function nameOf(subject: SubjectName): Der {
  const part = (type: string, value: string): Der => set(sequence(oid(type), utf8String(value)));
  const unit = subject.organizationalUnit;
  return sequence(
    part(OID.organization, subject.organization),
    ...(unit === undefined ? [] : [part(OID.organizationalUnit, unit)]),
    part(OID.commonName, subject.commonName),
  );
}

/** The TBSCertificate of RFC 5280 4.1: what the issuer signs. */
export function certificateBody(body: CertificateBody): Der {
  return sequence(
    tagged(0, smallInteger(2)),
    integer(body.serial),
    SIGNATURE_ALGORITHM,
    body.issuer.subject,
    sequence(time(body.notBefore), time(body.notAfter)),
    body.subject,
    body.publicKey,
    tagged(3, sequence(...extensionsOf(body.kind), authorityKeyIdentifier(body.issuer.keyId))),
  );
}

/** A signed certificate or list: the body, its algorithm, its signature (ECDSA in DER). */
export const signed = (body: Der, signature: Uint8Array): Der =>
  sequence(body, SIGNATURE_ALGORITHM, bitString(signature));

export const extension = (type: string, critical: boolean, value: Der): Der =>
  sequence(oid(type), ...(critical ? [truth()] : []), octetString(value));

export const authorityKeyIdentifier = (keyId: Uint8Array): Der =>
  extension(OID.authorityKeyIdentifier, false, sequence(taggedPrimitive(0, keyId)));

function extensionsOf(kind: CertificateKind): Der[] {
  if (kind.kind === "authority") {
    return [
      extension(OID.basicConstraints, true, sequence(truth(), smallInteger(kind.pathLength))),
      // keyCertSign and cRLSign: bits 5 and 6.
      extension(OID.keyUsage, true, bitString(Uint8Array.of(0x06), 1)),
      extension(OID.subjectKeyIdentifier, false, octetString(kind.subjectKeyId)),
    ];
  }
  return [
    extension(OID.basicConstraints, true, sequence()),
    // digitalSignature: bit 0.
    extension(OID.keyUsage, true, bitString(Uint8Array.of(0x80), 7)),
    extension(OID.extendedKeyUsage, true, sequence(oid(kind.usage))),
    extension(OID.subjectAltName, false, alternativeNames(kind.names)),
  ];
}

/** RFC 5280 4.2.1.6: [2] DNS name, [6] URI, [7] address. */
export const alternativeNames = (names: readonly AlternativeName[]): Der => sequence(...names.map(alternativeName));

function alternativeName(name: AlternativeName): Der {
  const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
  if ("uri" in name) return taggedPrimitive(6, ascii(name.uri));
  if ("dns" in name) return taggedPrimitive(2, ascii(name.dns));
  return taggedPrimitive(7, name.address);
}
