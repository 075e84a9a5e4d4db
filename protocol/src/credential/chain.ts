import { z } from "zod";
import type { Instant } from "../units.js";
import { boundedBytes } from "./cbor.js";
import { type Certificate, issuedBy, MAX_CERTIFICATE_BYTES, parseCertificate } from "./certificate.js";
import { followChain, MAX_CHAIN_LENGTH, mayIssue } from "./chain-path.js";
import { type Checked, refused } from "./results.js";

export { MAX_CHAIN_LENGTH } from "./chain-path.js";

/**
 * Certificates in DER: the leaf first, then what leads from it towards a root, never the root itself. A chain may lead
 * further than its reader needs: a cross-certificate lets who still trusts the old root follow (RFC 4210 4.4).
 */
export type CertificateChain = readonly Uint8Array[];

const One = boundedBytes(MAX_CERTIFICATE_BYTES);

/** A chain on the wire, as COSE_X509 (RFC 9360 2): a byte string for one certificate, an array for more. */
export const WireChain = z.union([
  One.transform((certificate): CertificateChain => [certificate]),
  z.array(One).min(2).max(MAX_CHAIN_LENGTH),
]);

export const wireChain = (chain: CertificateChain): Uint8Array | Uint8Array[] => {
  const [leaf, ...more] = chain;
  return leaf !== undefined && more.length === 0 ? leaf : [...chain];
};

/** Follows `chain` from its leaf to one of `roots`: see `followChain`. */
export function verifyChain(
  chain: CertificateChain,
  roots: readonly Certificate[],
  at: Instant,
): Checked<{ leaf: Certificate }> {
  if (chain.length > MAX_CHAIN_LENGTH) return refused("certificate-malformed");
  return followChain({ chain: chain.map(parseCertificate), roots, at, issuedBy });
}

/** A root that may vouch: an authority that signed itself. */
export function parseRoot(der: Uint8Array): Certificate | undefined {
  const root = parseCertificate(der);
  return root !== undefined && mayIssue(root) && issuedBy(root, root) ? root : undefined;
}
