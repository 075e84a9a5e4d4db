import type { Instant } from "../units.js";
import { type Certificate, issuedBy, parseCertificate } from "./certificate.js";
import { plain, sha256 } from "./p256.js";
import { type Checked, refused } from "./results.js";
import { placeInTime } from "./validity.js";

/** Extended key usages of the profile, under an example arc that is not registered with IANA. */
export const READER_USAGE_OID = "1.3.6.1.4.1.58888.1.1";
export const SIGNER_USAGE_OID = "1.3.6.1.4.1.58888.1.2";

/** The one subject alternative name of a reader certificate. */
export const readerUri = (site: string, kiosk: string): string => `urn:wardkey:site:${site}:kiosk:${kiosk}`;
/** The one subject alternative name of the certificate that signs credentials, statuses and notices. */
export const signerUri = (site: string): string => `urn:wardkey:site:${site}:signer`;

const ATTRIBUTES = { commonName: "2.5.4.3", organization: "2.5.4.10", unit: "2.5.4.11" } as const;
const READER_URI = /^urn:wardkey:site:([a-z0-9-]{1,63}):kiosk:([a-z0-9-]{1,63})$/;

/** The hospital that a phone or a kiosk belongs to, and the root from which everything it signs must descend. */
export interface SiteTrust {
  readonly site: string;
  readonly rootCertificate: Uint8Array;
  readonly rootDigest: Uint8Array;
}

/** A kiosk as its reader certificate names it. */
export interface Reader {
  readonly site: string;
  readonly kiosk: string;
  readonly name: string;
  readonly ward: string;
  /** Hexadecimal, lower case. */
  readonly serial: string;
  readonly publicKey: Uint8Array;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
}

/** Refuses with `root-malformed` what is not a self-signed P-256 certificate authority. */
export function createSiteTrust(input: { site: string; rootCertificate: Uint8Array }): Checked<{ trust: SiteTrust }> {
  if (parseRoot(input.rootCertificate) === undefined) return refused("root-malformed");
  const rootCertificate = plain(input.rootCertificate);
  return { ok: true, trust: { site: input.site, rootCertificate, rootDigest: sha256(rootCertificate) } };
}

/** Is `certificate` a reader of this site now: chain, dates, usage, site. */
export function verifyReader(certificate: Uint8Array, trust: SiteTrust, at: Instant): Checked<{ reader: Reader }> {
  const leaf = verifyLeaf({ certificate, trust, at, usage: READER_USAGE_OID });
  if (!leaf.ok) return leaf;
  const reader = readerOf(leaf.certificate);
  if (reader === undefined) return refused("certificate-malformed");
  return reader.site === trust.site ? { ok: true, reader } : refused("certificate-site");
}

/** Is `certificate` the one with which this site signs credentials, statuses and notices. */
export function verifySigner(
  certificate: Uint8Array,
  trust: SiteTrust,
  at: Instant,
): Checked<{ publicKey: Uint8Array; serial: string }> {
  const leaf = verifyLeaf({ certificate, trust, at, usage: SIGNER_USAGE_OID });
  if (!leaf.ok) return leaf;
  if (leaf.certificate.uris.length !== 1 || leaf.certificate.uris[0] !== signerUri(trust.site)) {
    return refused("certificate-site");
  }
  return { ok: true, publicKey: plain(leaf.certificate.publicKey), serial: leaf.certificate.serial };
}

/** The reader that a certificate names, nothing of it verified: for a kiosk's own, and to learn which site an offered root is of. */
export function readerNamedBy(certificate: Uint8Array): Reader | undefined {
  const parsed = parseCertificate(certificate);
  return parsed === undefined ? undefined : readerOf(parsed);
}

function verifyLeaf(input: {
  certificate: Uint8Array;
  trust: SiteTrust;
  at: Instant;
  usage: string;
}): Checked<{ certificate: Certificate }> {
  // The trust was checked when it was made: an anchor's own signature proves nothing more (RFC 5280 6.1).
  const root = parseCertificate(input.trust.rootCertificate);
  if (root === undefined) return refused("root-malformed");
  if (placeInTime(root, input.at) !== "within") return refused("root-expired");
  const certificate = parseCertificate(input.certificate);
  if (certificate === undefined || certificate.unknownCritical) return refused("certificate-malformed");
  if (!issuedBy(certificate, root)) return refused("certificate-untrusted");
  const place = placeInTime(certificate, input.at);
  if (place === "late") return refused("certificate-expired");
  if (place === "early") return refused("certificate-not-yet-valid");
  const { critical, oids } = certificate.usages;
  const usable = critical && oids.length === 1 && oids[0] === input.usage;
  if (!usable || certificate.authority || !certificate.keyUsage.digitalSignature || certificate.keyUsage.keyCertSign) {
    return refused("certificate-usage");
  }
  return { ok: true, certificate };
}

function parseRoot(der: Uint8Array): Certificate | undefined {
  const root = parseCertificate(der);
  if (root === undefined || !root.authority || !root.keyUsage.keyCertSign || root.unknownCritical) return undefined;
  return issuedBy(root, root) ? root : undefined;
}

function readerOf(certificate: Certificate): Reader | undefined {
  const [uri, ...more] = certificate.uris;
  const match = uri === undefined ? null : READER_URI.exec(uri);
  const [, site, kiosk] = match ?? [];
  const name = certificate.subjectAttributes.get(ATTRIBUTES.commonName);
  const ward = certificate.subjectAttributes.get(ATTRIBUTES.unit);
  const organization = certificate.subjectAttributes.get(ATTRIBUTES.organization);
  if (site === undefined || kiosk === undefined || more.length > 0) return undefined;
  if (name === undefined || ward === undefined || name.length > 80 || ward.length > 80 || organization !== site) {
    return undefined;
  }
  return {
    site,
    kiosk,
    name,
    ward,
    serial: certificate.serial,
    publicKey: plain(certificate.publicKey),
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
  };
}
