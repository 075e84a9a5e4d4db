import type { Instant } from "../units.js";
import type { CertificateFields } from "./certificate-fields.js";
import { type Checked, refused } from "./results.js";
import { sameBytes } from "./same-bytes.js";
import { placeInTime } from "./validity.js";

export const MAX_CHAIN_LENGTH = 4;

export interface ChainPath<C extends CertificateFields> {
  /** The leaf first; `undefined` stands for what is no certificate. */
  readonly chain: readonly (C | undefined)[];
  readonly roots: readonly C[];
  readonly at: Instant;
  /** Did the key of `issuer` sign `certificate`, and is it the issuer named. */
  readonly issuedBy: (certificate: C, issuer: C) => boolean;
}

/**
 * Follows a chain from its leaf to one of `roots` (RFC 5280 6.1, without name constraints and policies, which no
 * certificate of the profile carries). Refuses with `certificate-malformed`, `-untrusted`, `-expired`, `-not-yet-valid`
 * or `root-expired`; whether the leaf may be used for something is the caller's question. Needs no Node: who checks
 * signatures, and how, is told by `issuedBy`.
 */
export function followChain<C extends CertificateFields>(path: ChainPath<C>): Checked<{ leaf: C; anchor: C }> {
  const { chain, roots, at, issuedBy } = path;
  if (chain.length === 0 || chain.length > MAX_CHAIN_LENGTH) return refused("certificate-malformed");
  const [leaf, ...above] = chain;
  if (leaf === undefined || leaf.unknownCritical) return refused("certificate-malformed");
  let current = leaf;
  /** Authorities passed whose subject is not their issuer: what a path length counts. */
  let depth = 0;
  for (const next of [...above, undefined]) {
    const anchor = roots.find((root) => issuedBy(current, root) && depthAllowed(root, depth));
    if (anchor !== undefined) {
      if (placeInTime(anchor, at) !== "within") return refused("root-expired");
      return inTime(leaf, at) ?? { ok: true, leaf, anchor };
    }
    if (next === undefined || !mayIssue(next) || !issuedBy(current, next) || !depthAllowed(next, depth)) {
      return refused("certificate-untrusted");
    }
    const refusal = inTime(next, at);
    if (refusal !== undefined) return refusal;
    if (!sameBytes(next.subject, next.issuer)) depth += 1;
    current = next;
  }
  return refused("certificate-untrusted");
}

export const mayIssue = (certificate: CertificateFields): boolean =>
  certificate.authority && certificate.keyUsage.keyCertSign && !certificate.unknownCritical;

const depthAllowed = ({ pathLength }: CertificateFields, depth: number): boolean =>
  pathLength === null || depth <= pathLength;

function inTime(
  certificate: CertificateFields,
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
