import type { Instant } from "../units.js";
import { type Certificate, parseCertificate } from "./certificate.js";
import { type CertificateChain, parseRoot, verifyChain } from "./chain.js";
import { plain, sha256 } from "./p256.js";
import { type Checked, refused } from "./results.js";
import {
  DEVICE_USAGE_OID,
  DOWNLINK_USAGE_OID,
  downlinkUri,
  isFor,
  isNamed,
  POLICY_USAGE_OID,
  policyUri,
  READER_USAGE_OID,
  SIGNER_USAGE_OID,
  signerUri,
} from "./site-usage.js";

export {
  DEVICE_USAGE_OID,
  DOWNLINK_USAGE_OID,
  deviceUri,
  downlinkUri,
  POLICY_USAGE_OID,
  policyUri,
  READER_USAGE_OID,
  readerUri,
  SIGNER_USAGE_OID,
  signerUri,
} from "./site-usage.js";

const ATTRIBUTES = { commonName: "2.5.4.3", organization: "2.5.4.10", unit: "2.5.4.11" } as const;
const DEVICE_URI = /^urn:wardkey:site:([a-z0-9-]{1,63}):device:([a-z0-9-]{1,63})$/;
const READER_URI = /^urn:wardkey:site:([a-z0-9-]{1,63}):kiosk:([a-z0-9-]{1,63})$/;

/** The hospital that a phone or a kiosk belongs to, and the roots from which everything it signs must descend. */
export interface SiteTrust {
  readonly site: string;
  /** The root that was pinned first. */
  readonly rootCertificate: Uint8Array;
  readonly rootDigest: Uint8Array;
  /** All of them: during a rotation the next one too. */
  readonly roots: readonly Uint8Array[];
  /** The same, read once: a trust is asked at every message. */
  readonly anchors: readonly Certificate[];
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

/** A device as its identity certificate names it. */
export interface DeviceIdentity {
  readonly site: string;
  readonly device: string;
  /** What the certificate is for: `kiosk`, `medical-device`, `service`. */
  readonly profile: string;
  /** Hexadecimal, lower case. */
  readonly serial: string;
  readonly publicKey: Uint8Array;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
}

/** A certificate with which the site itself signs. */
export interface SiteSigner {
  readonly publicKey: Uint8Array;
  readonly serial: string;
}

/** Refuses with `root-malformed` what is not a self-signed P-256 certificate authority. */
export function createSiteTrust(input: {
  site: string;
  rootCertificate: Uint8Array;
  moreRoots?: readonly Uint8Array[];
}): Checked<{ trust: SiteTrust }> {
  const roots = [input.rootCertificate, ...(input.moreRoots ?? [])].map(plain);
  const [rootCertificate] = roots;
  const anchors = roots.flatMap((root) => parseRoot(root) ?? []);
  if (rootCertificate === undefined || anchors.length !== roots.length) return refused("root-malformed");
  const rootDigest = sha256(rootCertificate);
  return { ok: true, trust: { site: input.site, rootCertificate, rootDigest, roots, anchors } };
}

/** Is this the chain of a reader of this site now: issuers, dates, usage, site. */
export function verifyReader(chain: CertificateChain, trust: SiteTrust, at: Instant): Checked<{ reader: Reader }> {
  const leaf = verifyLeaf({ chain, trust, at, usage: READER_USAGE_OID });
  if (!leaf.ok) return leaf;
  const reader = readerOf(leaf.certificate);
  if (reader === undefined) return refused("certificate-malformed");
  return reader.site === trust.site ? { ok: true, reader } : refused("certificate-site");
}

/** Is this the chain of a device of this site now. */
export function verifyDevice(
  chain: CertificateChain,
  trust: SiteTrust,
  at: Instant,
): Checked<{ device: DeviceIdentity }> {
  const leaf = verifyLeaf({ chain, trust, at, usage: DEVICE_USAGE_OID });
  if (!leaf.ok) return leaf;
  const device = deviceNamedBy(leaf.certificate);
  if (device === undefined) return refused("certificate-malformed");
  return device.site === trust.site ? { ok: true, device } : refused("certificate-site");
}

/** Is this the chain of the key with which this site signs credentials, statuses and notices. */
export const verifySigner = (chain: CertificateChain, trust: SiteTrust, at: Instant): Checked<SiteSigner> =>
  verifySiteSigner({ chain, trust, at, usage: SIGNER_USAGE_OID, uri: signerUri(trust.site) });

/** Is this the chain of the key with which this site signs policies. */
export const verifyPolicySigner = (chain: CertificateChain, trust: SiteTrust, at: Instant): Checked<SiteSigner> =>
  verifySiteSigner({ chain, trust, at, usage: POLICY_USAGE_OID, uri: policyUri(trust.site) });

/** Is this the chain of the key with which this site signs what it says to devices. */
export const verifyDownlinkSigner = (chain: CertificateChain, trust: SiteTrust, at: Instant): Checked<SiteSigner> =>
  verifySiteSigner({ chain, trust, at, usage: DOWNLINK_USAGE_OID, uri: downlinkUri(trust.site) });

/** The reader that a certificate names, nothing of it verified: for a kiosk's own, and to learn which site an offered root is of. */
export function readerNamedBy(chain: CertificateChain): Reader | undefined {
  const parsed = chain[0] === undefined ? undefined : parseCertificate(chain[0]);
  return parsed === undefined ? undefined : readerOf(parsed);
}

interface LeafCheck {
  readonly chain: CertificateChain;
  readonly trust: SiteTrust;
  readonly at: Instant;
  readonly usage: string;
}

function verifySiteSigner(check: LeafCheck & { readonly uri: string }): Checked<SiteSigner> {
  const leaf = verifyLeaf(check);
  if (!leaf.ok) return leaf;
  const { publicKey, serial } = leaf.certificate;
  if (!isNamed(leaf.certificate, check.uri)) return refused("certificate-site");
  return { ok: true, publicKey: plain(publicKey), serial };
}

function verifyLeaf({ chain, trust, at, usage }: LeafCheck): Checked<{ certificate: Certificate }> {
  // The trust was checked when it was made: an anchor's own signature proves nothing more (RFC 5280 6.1).
  const followed = verifyChain(chain, trust.anchors, at);
  if (!followed.ok) return followed;
  const { leaf } = followed;
  if (!isFor(leaf, usage)) return refused("certificate-usage");
  return { ok: true, certificate: leaf };
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

function deviceNamedBy(certificate: Certificate): DeviceIdentity | undefined {
  const [uri, ...more] = certificate.uris;
  const [, site, device] = (uri === undefined ? null : DEVICE_URI.exec(uri)) ?? [];
  const profile = certificate.subjectAttributes.get(ATTRIBUTES.unit);
  const named = certificate.subjectAttributes.get(ATTRIBUTES.commonName) === device;
  const organization = certificate.subjectAttributes.get(ATTRIBUTES.organization);
  if (site === undefined || device === undefined || more.length > 0 || !named) return undefined;
  if (profile === undefined || profile.length > 63 || organization !== site) return undefined;
  const { serial, publicKey, notBefore, notAfter } = certificate;
  return { site, device, profile, serial, publicKey: plain(publicKey), notBefore, notAfter };
}
