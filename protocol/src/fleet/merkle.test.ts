import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkConsistency,
  consistencyRanges,
  EMPTY_ROOT,
  foldPeaks,
  GrowingTree,
  type Hash,
  inclusionRanges,
  type LeafRange,
  leafHash,
  nodeHash,
  rootOf,
  subtreesOf,
  verifyConsistency,
  verifyInclusion,
} from "./merkle.js";

const hex = (hash: Uint8Array): string => Buffer.from(hash).toString("hex");
const leavesOf = (size: number): Hash[] =>
  Array.from({ length: size }, (_, index) => leafHash(Buffer.from(`${index}`)));

/** RFC 6962 2.1 word for word. */
function mth(leaves: readonly Hash[]): Hash {
  const [only] = leaves;
  if (only === undefined) return EMPTY_ROOT;
  if (leaves.length === 1) return only;
  const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return nodeHash(mth(leaves.slice(0, split)), mth(leaves.slice(split)));
}
/** RFC 6962 2.1.1 and 2.1.2 word for word. */
function path(index: number, leaves: readonly Hash[]): Hash[] {
  if (leaves.length === 1) return [];
  const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split ? [...path(index, left), mth(right)] : [...path(index - split, right), mth(left)];
}
function subproof(first: number, leaves: readonly Hash[], whole: boolean): Hash[] {
  if (first === leaves.length) return whole ? [] : [mth(leaves)];
  const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return first <= split
    ? [...subproof(first, left, whole), mth(right)]
    : [...subproof(first - split, right, false), mth(left)];
}

const hashOf = (leaves: readonly Hash[], range: LeafRange): Hash =>
  foldPeaks(
    subtreesOf(range).map(({ level, index }) => mth(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level))),
  );
const hashesOf = (leaves: readonly Hash[], ranges: readonly LeafRange[]): Hash[] =>
  ranges.map((range) => hashOf(leaves, range));

/** The tree of the reference implementation's tests (google/certificate-transparency, merkletree). */
const INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"].map(
  (text) => leafHash(Buffer.from(text, "hex")),
);
const ROOTS = [
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

describe("the Merkle tree of RFC 6962", () => {
  it("has the known roots", () => {
    expect(hex(EMPTY_ROOT)).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(ROOTS.map((_, index) => hex(rootOf(INPUTS.slice(0, index + 1))))).toEqual(ROOTS);
  });

  it("has the known proofs", () => {
    const consistency = hashesOf(INPUTS, consistencyRanges(6, 8)).map(hex);
    expect(consistency).toEqual([
      "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]);
    const inclusion = hashesOf(INPUTS, inclusionRanges(5, 8)).map(hex);
    expect(inclusion).toEqual([
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]);
  });

  it("agrees with the definitions, for every size up to 40", () => {
    const all = leavesOf(40);
    for (let size = 0; size <= all.length; size += 1) {
      const leaves = all.slice(0, size);
      const root = mth(leaves);
      expect(hex(rootOf(leaves))).toBe(hex(root));
      for (let index = 0; index < size; index += 1) {
        const proof = hashesOf(leaves, inclusionRanges(index, size));
        expect(proof.map(hex)).toEqual(path(index, leaves).map(hex));
        const leaf = leaves[index] ?? EMPTY_ROOT;
        expect(verifyInclusion({ index, size, leaf, proof, root })).toBe(true);
      }
      for (let first = 1; first <= size; first += 1) {
        const proof = hashesOf(leaves, consistencyRanges(first, size));
        expect(proof.map(hex)).toEqual(subproof(first, leaves, true).map(hex));
        const claim = { first, second: size, firstRoot: mth(leaves.slice(0, first)), secondRoot: root, proof };
        expect(verifyConsistency(claim)).toBe(true);
      }
    }
  });

  it("goes on from its peaks as if it had never stopped", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 300 }), (before, more) => {
        const leaves = leavesOf(before + more);
        const first = new GrowingTree();
        for (const leaf of leaves.slice(0, before)) first.append(leaf);
        const second = new GrowingTree(first.size, first.peaks);
        for (const leaf of leaves.slice(before)) second.append(leaf);
        expect(hex(second.root())).toBe(hex(rootOf(leaves)));
      }),
      { numRuns: 50 },
    );
  });

  it("accepts no proof in which anything was changed", () => {
    const flip = (hash: Hash): Hash => Uint8Array.from(hash, (byte, at) => (at === 7 ? byte ^ 4 : byte));
    const change = fc.record({ size: fc.integer({ min: 2, max: 130 }), seed: fc.nat(), at: fc.nat() });
    fc.assert(
      fc.property(change, ({ size, seed, at }) => {
        const leaves = leavesOf(size);
        const root = rootOf(leaves);
        const index = seed % size;
        const proof = hashesOf(leaves, inclusionRanges(index, size));
        const claim = { index, size, leaf: leaves[index] ?? root, proof, root };
        const altered = proof.map((hash, position) => (position === at % proof.length ? flip(hash) : hash));
        expect(verifyInclusion({ ...claim, proof: altered })).toBe(false);
        expect(verifyInclusion({ ...claim, proof: proof.slice(1) })).toBe(false);
        expect(verifyInclusion({ ...claim, proof: [...proof, root] })).toBe(false);
        expect(verifyInclusion({ ...claim, index: (index + 1) % size })).toBe(false);
        expect(verifyInclusion({ ...claim, leaf: flip(claim.leaf) })).toBe(false);
        expect(verifyInclusion({ ...claim, root: flip(root) })).toBe(false);

        const first = 1 + (seed % (size - 1));
        const steps = hashesOf(leaves, consistencyRanges(first, size));
        const heads = { first, second: size, firstRoot: rootOf(leaves.slice(0, first)), secondRoot: root };
        const bent = steps.map((hash, position) => (position === at % steps.length ? flip(hash) : hash));
        expect(verifyConsistency({ ...heads, proof: bent })).toBe(false);
        expect(verifyConsistency({ ...heads, proof: steps.slice(1) })).toBe(false);
        expect(verifyConsistency({ ...heads, proof: [...steps, root] })).toBe(false);
        expect(verifyConsistency({ ...heads, firstRoot: flip(heads.firstRoot), proof: steps })).toBe(false);
        expect(verifyConsistency({ ...heads, secondRoot: flip(root), proof: steps })).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  it("shows a fork when two heads meet, whichever is the newer", () => {
    const honest = leavesOf(20);
    const rewritten = honest.map((leaf, index) => (index === 3 ? leafHash(Buffer.from("another")) : leaf));
    const headOf = (leaves: readonly Hash[], size: number) => ({ size, root: rootOf(leaves.slice(0, size)) });
    const proof = (leaves: readonly Hash[], first: number, second: number): Hash[] =>
      hashesOf(leaves, consistencyRanges(first, second));
    expect(checkConsistency(headOf(honest, 9), headOf(honest, 20), proof(honest, 9, 20))).toEqual({ ok: true });
    expect(checkConsistency(headOf(honest, 20), headOf(honest, 9), proof(honest, 9, 20))).toEqual({ ok: true });
    expect(checkConsistency(headOf(honest, 20), headOf(rewritten, 20), [])).toEqual({ ok: false, code: "tree-forked" });
    const forged = checkConsistency(headOf(honest, 9), headOf(rewritten, 20), proof(rewritten, 9, 20));
    expect(forged).toEqual({ ok: false, code: "proof-refused" });
  });

  it("refuses sizes that are none", () => {
    for (const [first, second] of [
      [-1, 4],
      [5, 4],
      [1.5, 4],
      [1, Number.NaN],
    ] as const) {
      expect(() => consistencyRanges(first, second)).toThrow(RangeError);
      const roots = { firstRoot: EMPTY_ROOT, secondRoot: EMPTY_ROOT, proof: [] };
      expect(verifyConsistency({ first, second, ...roots })).toBe(false);
    }
    expect(() => inclusionRanges(4, 4)).toThrow(RangeError);
    expect(() => new GrowingTree(3, [])).toThrow(RangeError);
  });
});
