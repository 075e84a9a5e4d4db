import type { CertificateFields } from "./certificate-fields.js";

/** Extended key usages of the profile, under an example arc that is not registered with IANA. */
export const READER_USAGE_OID = "1.3.6.1.4.1.58888.1.1";
export const SIGNER_USAGE_OID = "1.3.6.1.4.1.58888.1.2";
export const POLICY_USAGE_OID = "1.3.6.1.4.1.58888.1.3";
export const DOWNLINK_USAGE_OID = "1.3.6.1.4.1.58888.1.4";
/** RFC 5280 4.2.1.12 id-kp-clientAuth: a device's identity towards broker and fleet server. */
export const DEVICE_USAGE_OID = "1.3.6.1.5.5.7.3.2";

/** The one subject alternative name of a reader certificate. */
export const readerUri = (site: string, kiosk: string): string => `urn:wardkey:site:${site}:kiosk:${kiosk}`;
/** The one subject alternative name of the certificate that signs credentials, statuses and notices. */
export const signerUri = (site: string): string => `urn:wardkey:site:${site}:signer`;
/** Of the certificate that signs policies, which is not the one that signs credentials. */
export const policyUri = (site: string): string => `urn:wardkey:site:${site}:policy`;
/** Of the certificate that signs what the fleet says to devices. */
export const downlinkUri = (site: string): string => `urn:wardkey:site:${site}:downlink`;
/** The one subject alternative name of a device's identity. */
export const deviceUri = (site: string, device: string): string => `urn:wardkey:site:${site}:device:${device}`;

/** Whether a leaf is for this one use and no other, and no authority. */
export function isFor(leaf: CertificateFields, usage: string): boolean {
  const { critical, oids } = leaf.usages;
  const usable = critical && oids.length === 1 && oids[0] === usage;
  return usable && !leaf.authority && leaf.keyUsage.digitalSignature && !leaf.keyUsage.keyCertSign;
}

/** Whether `uri` is the one name of a leaf. */
export const isNamed = ({ uris }: CertificateFields, uri: string): boolean => uris.length === 1 && uris[0] === uri;
