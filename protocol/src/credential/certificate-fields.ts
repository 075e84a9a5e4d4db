import { type Instant, instant } from "../units.js";
import { contextConstructed, contextPrimitive, DER, type DerElement, inside, latin1, oidText, timeOf } from "./der.js";
import { hasP256Form } from "./p256-form.js";

/** What the profile reads of an X.509 certificate (RFC 5280). Needs no Node: a browser shows nothing of a certificate. */
export interface CertificateFields {
  readonly der: Uint8Array;
  /** The bytes that its issuer signed, and the signature over them: an Ecdsa-Sig-Value in DER (RFC 3279 2.2.3). */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  readonly serial: string;
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** Attributes of the subject by OID: UTF-8 or printable strings. */
  readonly subjectAttributes: ReadonlyMap<string, string>;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  /** SubjectPublicKeyInfo in DER, P-256. */
  readonly publicKey: Uint8Array;
  readonly authority: boolean;
  /** RFC 5280 4.2.1.9: how many authorities may stand below this one; `null` when it does not say. */
  readonly pathLength: number | null;
  readonly keyUsage: { readonly digitalSignature: boolean; readonly keyCertSign: boolean };
  /** OIDs of the extended key usage, empty when absent; `critical` as RFC 5280 4.2.1.12 allows. */
  readonly usages: { readonly critical: boolean; readonly oids: readonly string[] };
  readonly uris: readonly string[];
  /** RFC 5280 4.2: such a certificate must be refused by whoever does not know the extension. */
  readonly unknownCritical: boolean;
}

export const MAX_CERTIFICATE_BYTES = 2_048;

const ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
const EXTENSIONS = {
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  extendedKeyUsage: "2.5.29.37",
} as const;

/** Parses a DER certificate of the profile: v3, P-256, ecdsa-with-SHA256. */
export function readCertificate(der: Uint8Array): CertificateFields | undefined {
  if (der.length > MAX_CERTIFICATE_BYTES || der[0] !== DER.sequence) return undefined;
  const [outer, ...trailing] = inside({ tag: DER.set, content: der, whole: der }, DER.set) ?? [];
  if (trailing.length > 0) return undefined;
  const [tbs, algorithm, signature] = inside(outer, DER.sequence) ?? [];
  const fields = inside(tbs, DER.sequence);
  if (fields === undefined || oidText(inside(algorithm, DER.sequence)?.[0]) !== ECDSA_WITH_SHA256) return undefined;
  const [version, serial, , issuer, validity, subject, spki, extensions, ...more] = fields;
  if (version?.tag !== contextConstructed(0) || serial?.tag !== DER.integer || more.length > 0) return undefined;
  const [from, to] = inside(validity, DER.sequence) ?? [];
  const notBefore = timeOf(from);
  const notAfter = timeOf(to);
  const attributes = attributesOf(subject);
  const known = readExtensions(extensions);
  if (issuer === undefined || subject === undefined || spki === undefined || attributes === undefined) return undefined;
  if (notBefore === undefined || notAfter === undefined || known === undefined) return undefined;
  if (!hasP256Form(spki.whole)) return undefined;
  // X.690 8.6.2.2: the first byte says how many bits of the last do not count.
  if (tbs === undefined || signature?.tag !== DER.bitString || signature.content[0] !== 0) return undefined;
  return {
    der,
    signed: tbs.whole,
    signature: signature.content.subarray(1),
    // X.690 8.3: a leading zero only keeps the number positive.
    serial: hexOf(serial.content).replace(/^(00)+(?=..)/, ""),
    issuer: issuer.whole,
    subject: subject.whole,
    subjectAttributes: attributes,
    notBefore: instant(notBefore),
    notAfter: instant(notAfter),
    publicKey: spki.whole,
    ...known,
  };
}

function attributesOf(subject: DerElement | undefined): Map<string, string> | undefined {
  const attributes = new Map<string, string>();
  for (const set of inside(subject, DER.sequence) ?? []) {
    for (const pair of inside(set, DER.set) ?? []) {
      const [type, value] = inside(pair, DER.sequence) ?? [];
      const oid = oidText(type);
      if (oid === undefined || value === undefined || attributes.has(oid)) return undefined;
      if (value.tag === DER.utf8 || value.tag === DER.printable) {
        attributes.set(oid, UTF8.decode(value.content));
      }
    }
  }
  return attributes;
}

type Known = Pick<CertificateFields, "authority" | "pathLength" | "keyUsage" | "usages" | "uris" | "unknownCritical">;

function readExtensions(element: DerElement | undefined): Known | undefined {
  const [list, ...more] = inside(element, contextConstructed(3)) ?? [];
  const extensions = inside(list, DER.sequence);
  if (extensions === undefined || more.length > 0) return undefined;
  let known: Known = {
    authority: false,
    pathLength: null,
    keyUsage: { digitalSignature: false, keyCertSign: false },
    usages: { critical: false, oids: [] },
    uris: [],
    unknownCritical: false,
  };
  const seen = new Set<string>();
  for (const extension of extensions) {
    const parts = inside(extension, DER.sequence) ?? [];
    const oid = oidText(parts[0]);
    const critical = parts.length === 3 && parts[1]?.tag === DER.boolean && parts[1].content[0] === 0xff;
    const value = parts.at(-1);
    // RFC 5280 4.2: at most one extension of a kind.
    if (oid === undefined || value?.tag !== DER.octetString || seen.has(oid)) return undefined;
    seen.add(oid);
    const read = readExtension({ oid, critical, value: value.content });
    if (read === undefined) return undefined;
    known = { ...known, ...read };
  }
  return known;
}

function readExtension(extension: { oid: string; critical: boolean; value: Uint8Array }): Partial<Known> | undefined {
  const [value, ...more] = inside({ tag: DER.set, content: extension.value, whole: extension.value }, DER.set) ?? [];
  switch (extension.oid) {
    case EXTENSIONS.keyUsage: {
      const bits = value?.tag === DER.bitString ? value.content[1] : undefined;
      if (bits === undefined || more.length > 0) return undefined;
      return { keyUsage: { digitalSignature: (bits & 0x80) !== 0, keyCertSign: (bits & 0x04) !== 0 } };
    }
    case EXTENSIONS.basicConstraints: {
      const first = inside(value, DER.sequence);
      if (first === undefined) return undefined;
      const length = first[1];
      if (length !== undefined && (length.tag !== DER.integer || length.content.length !== 1)) return undefined;
      return {
        authority: first[0]?.tag === DER.boolean && first[0].content[0] === 0xff,
        pathLength: length?.content[0] ?? null,
      };
    }
    case EXTENSIONS.extendedKeyUsage: {
      const oids = (inside(value, DER.sequence) ?? []).map((usage) => oidText(usage) ?? "unreadable");
      return { usages: { critical: extension.critical, oids } };
    }
    case EXTENSIONS.subjectAltName: {
      const names = inside(value, DER.sequence) ?? [];
      // GeneralName [6] is a URI; another kind of name is kept as a word that matches nothing.
      return {
        uris: names.map((name) => (name.tag === contextPrimitive(6) ? latin1(name.content) : "other-kind")),
      };
    }
    default:
      return extension.critical ? { unknownCritical: true } : {};
  }
}

const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });
const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
