/** A policy by name: its version, and the digest of what was signed. */
export interface PolicyRef {
  readonly version: number;
  readonly digest: string;
}

export type Place = "newer" | "same" | "policy-older" | "policy-forked";

/**
 * Where a policy stands against the highest that was ever in force here. Two policies of one version are a fork: somebody
 * signed twice, or the fleet was restored from an old copy and went on; the first one stays.
 */
export function placeOf(policy: PolicyRef, mark: PolicyRef | null): Place {
  if (mark === null || policy.version > mark.version) return "newer";
  if (policy.version < mark.version) return "policy-older";
  return policy.digest === mark.digest ? "same" : "policy-forked";
}

/** The highest of what several memories say; of one version, the first that names it. */
export const highest = (marks: readonly (PolicyRef | null)[]): PolicyRef | null =>
  marks.reduce<PolicyRef | null>(
    (best, mark) => (mark !== null && (best === null || mark.version > best.version) ? mark : best),
    null,
  );
