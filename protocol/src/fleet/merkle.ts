import { createHash } from "node:crypto";
import { sameBytes } from "../credential/same-bytes.js";
import { consistencySteps, type Hash, inclusionSteps, isIndex, type Step, splitOf } from "./merkle-steps.js";

export type { Hash } from "./merkle-steps.js";

/**
 * The Merkle tree of RFC 6962 2.1 with SHA-256, as pure functions over hashes of 32 bytes. Sizes and indexes are whole
 * numbers below 2^53. A proof is a list of hashes in the order of RFC 9162 2.1.3 and 2.1.4.
 */

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** The root of the tree without leaves: SHA-256 of nothing. */
export const EMPTY_ROOT: Hash = createHash("sha256").digest();

export const leafHash = (bytes: Uint8Array): Hash => createHash("sha256").update(LEAF).update(bytes).digest();
export const nodeHash = (left: Hash, right: Hash): Hash =>
  createHash("sha256").update(NODE).update(left).update(right).digest();

/** The leaves from `start` to before `end`; its hash is MTH(D[start:end]). */
export interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/** A complete subtree: the 2^level leaves from index * 2^level on. */
export interface Subtree {
  readonly level: number;
  readonly index: number;
}

/** MTH of `leaves`, which are leaf hashes. */
export function rootOf(leaves: readonly Hash[]): Hash {
  const growing = new GrowingTree();
  for (const leaf of leaves) growing.append(leaf);
  return growing.root();
}

/** A tree as its complete subtrees from left to right: enough to append and to know the root. */
export class GrowingTree {
  #size: number;
  readonly #peaks: Hash[];

  /** `peaks`: the hashes of `subtreesOf({ start: 0, end: size })`. Throws a `RangeError` when their number is wrong. */
  constructor(size = 0, peaks: readonly Hash[] = []) {
    if (peaks.length !== subtreesOf({ start: 0, end: size }).length) throw new RangeError("these are other peaks");
    this.#size = size;
    this.#peaks = [...peaks];
  }

  get size(): number {
    return this.#size;
  }

  get peaks(): readonly Hash[] {
    return this.#peaks;
  }

  append(leaf: Hash): void {
    let hash = leaf;
    for (let size = this.#size; size % 2 === 1; size = (size - 1) / 2) {
      const left = this.#peaks.pop();
      if (left === undefined) throw new RangeError("a tree of this size has more peaks");
      hash = nodeHash(left, hash);
    }
    this.#peaks.push(hash);
    this.#size += 1;
  }

  root(): Hash {
    return foldPeaks(this.#peaks);
  }
}

/** The root over subtrees that stand side by side, the larger ones to the left. */
export function foldPeaks(peaks: readonly Hash[]): Hash {
  const last = peaks.at(-1);
  if (last === undefined) return EMPTY_ROOT;
  return peaks.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}

/** `range` as the fewest complete subtrees, from left to right. A range of a proof starts where its subtrees fit. */
export function subtreesOf({ start, end }: LeafRange): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = start; at < end; ) {
    let level = 0;
    let width = 1;
    while (at % (width * 2) === 0 && at + width * 2 <= end) {
      width *= 2;
      level += 1;
    }
    subtrees.push({ level, index: at / width });
    at += width;
  }
  return subtrees;
}

/** PATH(index, D[size]): whose hashes prove that leaf `index` is in the tree of `size` leaves. */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  if (!isIndex(index, size)) throw new RangeError("no such leaf");
  const path = (start: number, end: number): LeafRange[] => {
    if (end - start === 1) return [];
    const middle = start + splitOf(end - start);
    return index < middle
      ? [...path(start, middle), { start: middle, end }]
      : [...path(middle, end), { start, end: middle }];
  };
  return path(0, size);
}

/** PROOF(first, D[second]): whose hashes prove that the tree of `second` leaves begins with the tree of `first`. */
export function consistencyRanges(first: number, second: number): LeafRange[] {
  if (!Number.isSafeInteger(second) || !isIndex(first, second + 1)) throw new RangeError("no such trees");
  if (first === 0 || first === second) return [];
  const proof = (range: LeafRange, whole: boolean): LeafRange[] => {
    const { start, end } = range;
    if (end === first) return whole ? [] : [range];
    const middle = start + splitOf(end - start);
    return first <= middle
      ? [...proof({ start, end: middle }, whole), { start: middle, end }]
      : [...proof({ start: middle, end }, false), { start, end: middle }];
  };
  return proof({ start: 0, end: second }, true);
}

/** RFC 9162 2.1.3.2. */
export function verifyInclusion(claim: {
  index: number;
  size: number;
  leaf: Hash;
  proof: readonly Hash[];
  root: Hash;
}): boolean {
  const steps = inclusionSteps(claim);
  return steps !== undefined && sameBytes(steps.reduce(join, claim.leaf), claim.root);
}

/** RFC 9162 2.1.4.2; a tree of no leaves begins every tree. */
export function verifyConsistency(claim: {
  first: number;
  second: number;
  firstRoot: Hash;
  secondRoot: Hash;
  proof: readonly Hash[];
}): boolean {
  const { first, second, firstRoot, secondRoot } = claim;
  if (!Number.isSafeInteger(second) || !isIndex(first, second + 1)) return false;
  if (first === second) return claim.proof.length === 0 && sameBytes(firstRoot, secondRoot);
  if (first === 0) return claim.proof.length === 0 && sameBytes(firstRoot, EMPTY_ROOT);
  const read = consistencySteps(claim);
  if (read === undefined) return false;
  const older = read.steps.filter(({ both }) => both).reduce(join, read.begin);
  const newer = read.steps.reduce(join, read.begin);
  return sameBytes(older, firstRoot) && sameBytes(newer, secondRoot);
}

const join = (hash: Hash, step: Step): Hash =>
  step.side === "left" ? nodeHash(step.hash, hash) : nodeHash(hash, step.hash);

export interface TreeHead {
  readonly size: number;
  readonly root: Hash;
}

/**
 * What two heads of one site say of each other. `proof` is the consistency proof between their sizes, asked for from
 * whoever sent the newer one; heads of one size need none.
 */
export function checkConsistency(
  one: TreeHead,
  other: TreeHead,
  proof: readonly Hash[],
): { ok: true } | { ok: false; code: "tree-forked" | "proof-refused" } {
  const [old, young] = one.size <= other.size ? [one, other] : [other, one];
  if (old.size === young.size && !sameBytes(old.root, young.root)) return { ok: false, code: "tree-forked" };
  const claim = { first: old.size, second: young.size, firstRoot: old.root, secondRoot: young.root, proof };
  return verifyConsistency(claim) ? { ok: true } : { ok: false, code: "proof-refused" };
}
