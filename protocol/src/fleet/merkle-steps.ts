/**
 * Proofs over the site's log, read without hashing anything: which hash joins from which side. Who folds them brings the
 * hash function, Node's or a browser's.
 */

export type Hash = Uint8Array;

export interface Step {
  readonly hash: Hash;
  /** On which side of what was folded so far it stands. */
  readonly side: "left" | "right";
}

/** The steps from leaf `index` to the root of `size` leaves (RFC 9162 2.1.3.2); `undefined` when the proof has another length. */
export function inclusionSteps(claim: {
  index: number;
  size: number;
  proof: readonly Hash[];
}): readonly Step[] | undefined {
  if (!isIndex(claim.index, claim.size)) return undefined;
  let at = claim.index;
  let last = claim.size - 1;
  const steps: Step[] = [];
  for (const hash of claim.proof) {
    if (last === 0) return undefined;
    if (at % 2 === 1 || at === last) {
      steps.push({ hash, side: "left" });
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, half(last)];
    } else {
      steps.push({ hash, side: "right" });
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 ? steps : undefined;
}

/** From `begin` two roots grow: the older by the steps of `both` alone, the newer by all. */
export interface ConsistencySteps {
  readonly begin: Hash;
  readonly steps: readonly (Step & { readonly both: boolean })[];
}

/**
 * The steps of a proof that the tree of `first` leaves begins that of `second` (RFC 9162 2.1.4.2), for
 * `0 < first < second`; `undefined` when the proof has another length.
 */
export function consistencySteps(claim: {
  first: number;
  second: number;
  firstRoot: Hash;
  proof: readonly Hash[];
}): ConsistencySteps | undefined {
  const { first, second, firstRoot } = claim;
  if (first === 0 || !isIndex(first, second)) return undefined;
  const [begin, ...rest] = splitOf(first + 1) === first ? [firstRoot, ...claim.proof] : claim.proof;
  if (begin === undefined) return undefined;
  let at = first - 1;
  let last = second - 1;
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  const steps: (Step & { both: boolean })[] = [];
  for (const hash of rest) {
    if (last === 0) return undefined;
    if (at % 2 === 1 || at === last) {
      steps.push({ hash, side: "left", both: true });
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, half(last)];
    } else {
      steps.push({ hash, side: "right", both: false });
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 ? { begin, steps } : undefined;
}

/** The largest power of two below `size`, for a size above 1: where RFC 6962 splits. */
export function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

export const isIndex = (index: number, size: number): boolean =>
  Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size;
const half = (value: number): number => Math.floor(value / 2);
