import { X509Certificate } from "node:crypto";
import { type CertificateFields, readCertificate } from "./certificate-fields.js";
import { sameBytes } from "./same-bytes.js";

export { MAX_CERTIFICATE_BYTES } from "./certificate-fields.js";

/** A certificate of the profile, as Node reads it too: node:crypto shows neither key usage bits nor critical marks. */
export interface Certificate extends CertificateFields {
  readonly x509: X509Certificate;
}

/** Parses a DER certificate of the profile: v3, P-256, ecdsa-with-SHA256. */
export function parseCertificate(der: Uint8Array): Certificate | undefined {
  const fields = readCertificate(der);
  const x509 = fields === undefined ? undefined : openX509(der);
  return fields === undefined || x509 === undefined ? undefined : { ...fields, x509 };
}

/** Did the key of `issuer` sign `certificate`, and is it the issuer named. */
export function issuedBy(certificate: Certificate, issuer: Certificate): boolean {
  if (!sameBytes(certificate.issuer, issuer.subject)) return false;
  try {
    return certificate.x509.verify(issuer.x509.publicKey);
  } catch {
    return false;
  }
}

function openX509(der: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(der);
  } catch {
    return undefined;
  }
}
