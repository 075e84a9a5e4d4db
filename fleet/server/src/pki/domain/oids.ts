/** Object identifiers of the certificates, requests and lists that this site writes or reads. */
export const OID = {
  commonName: "2.5.4.3",
  organization: "2.5.4.10",
  organizationalUnit: "2.5.4.11",
  ecPublicKey: "1.2.840.10045.2.1",
  p256: "1.2.840.10045.3.1.7",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  crlNumber: "2.5.29.20",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  /** PKCS#9 (RFC 2985 5.4.2). */
  extensionRequest: "1.2.840.113549.1.9.14",
  /** RFC 5280 4.2.1.12. */
  serverAuth: "1.3.6.1.5.5.7.3.1",
} as const;
