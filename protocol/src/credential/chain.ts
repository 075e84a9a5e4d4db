import { z } from "zod";
import type { Instant } from "../units.js";
import { boundedBytes } from "./cbor.js";
import { type Certificate, issuedBy, MAX_CERTIFICATE_BYTES, parseCertificate } from "./certificate.js";
import { type Checked, refused } from "./results.js";
import { placeInTime } from "./validity.js";

/**
 * Certificates in DER: the leaf first, then what leads from it towards a root, never the root itself. A chain may lead
 * further than its reader needs: a cross-certificate lets who still trusts the old root follow (RFC 4210 4.4).
 */
export type CertificateChain = readonly Uint8Array[];

export const MAX_CHAIN_LENGTH = 4;
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

/**
 * Follows `chain` from its leaf to one of `roots` (RFC 5280 6.1, without name constraints and policies, which no
 * certificate of the profile carries). Refuses with `certificate-malformed`, `-untrusted`, `-expired`, `-not-yet-valid`
 * or `root-expired`; whether the leaf may be used for something is the caller's question.
 */
export function verifyChain(
  chain: CertificateChain,
  roots: readonly Certificate[],
  at: Instant,
): Checked<{ leaf: Certificate }> {
  if (chain.length === 0 || chain.length > MAX_CHAIN_LENGTH) return refused("certificate-malformed");
  const [leaf, ...above] = chain.map(parseCertificate);
  if (leaf === undefined || leaf.unknownCritical) return refused("certificate-malformed");
  let current = leaf;
  /** Authorities passed whose subject is not their issuer: what a path length counts. */
  let depth = 0;
  for (const next of [...above, undefined]) {
    const anchor = roots.find((root) => issuedBy(current, root) && depthAllowed(root, depth));
    if (anchor !== undefined) {
      if (placeInTime(anchor, at) !== "within") return refused("root-expired");
      return inTime(leaf, at) ?? { ok: true, leaf };
    }
    if (next === undefined || !mayIssue(next) || !issuedBy(current, next) || !depthAllowed(next, depth)) {
      return refused("certificate-untrusted");
    }
    const refusal = inTime(next, at);
    if (refusal !== undefined) return refusal;
    if (Buffer.compare(next.subject, next.issuer) !== 0) depth += 1;
    current = next;
  }
  return refused("certificate-untrusted");
}

/** A root that may vouch: an authority that signed itself. */
export function parseRoot(der: Uint8Array): Certificate | undefined {
  const root = parseCertificate(der);
  return root !== undefined && mayIssue(root) && issuedBy(root, root) ? root : undefined;
}

const mayIssue = (certificate: Certificate): boolean =>
  certificate.authority && certificate.keyUsage.keyCertSign && !certificate.unknownCritical;

const depthAllowed = ({ pathLength }: Certificate, depth: number): boolean =>
  pathLength === null || depth <= pathLength;

function inTime(
  certificate: Certificate,
  at: Instant,
): { ok: false; code: "certificate-expired" | "certificate-not-yet-valid" } | undefined {
  switch (placeInTime(certificate, at)) {
    case "late":
      return refused("certificate-expired");
    case "early":
      return refused("certificate-not-yet-valid");
    case "within":
      return undefined;
  }
}
