import {
  foldPeaks,
  GrowingTree,
  type Hash,
  type LeafRange,
  nodeHash,
  type Subtree,
  subtreesOf,
} from "@wardkey/protocol/fleet/merkle";

/** Hashes that stand side by side in one tile. */
export const TILE_WIDTH = 256;
const TILE_LEVELS = 8;
const HASH_BYTES = 32;

/** 256 complete subtrees of 2^(8 * level) leaves each, in order: their hashes one after another. */
export interface Tile {
  readonly level: number;
  readonly index: number;
  readonly hashes: Uint8Array;
}

export interface LogState {
  readonly size: number;
  /** The hashes of the complete subtrees, one after another. */
  readonly peaks: Uint8Array;
}

/** What appending would change; nothing has changed until `commit`. */
export interface Staged {
  readonly state: LogState;
  readonly tiles: readonly Tile[];
  commit(): void;
}

/**
 * The right edge of the site's Merkle log: what its complete tiles do not hold yet. Appending costs one hash or two a
 * leaf; a stored tile is never written again.
 */
export class SiteLog {
  #tree: GrowingTree;
  /** By tile level: the hashes of the tile that is not full. */
  #edge: Hash[][];

  constructor(input: { size: number; peaks: readonly Hash[]; edge: readonly (readonly Hash[])[] }) {
    this.#tree = new GrowingTree(input.size, input.peaks);
    this.#edge = input.edge.map((hashes) => [...hashes]);
  }

  get size(): number {
    return this.#tree.size;
  }

  root(): Hash {
    return this.#tree.root();
  }

  stage(leaves: readonly Hash[]): Staged {
    const tree = new GrowingTree(this.#tree.size, this.#tree.peaks);
    const edge = this.#edge.map((hashes) => [...hashes]);
    const tiles: Tile[] = [];
    for (const leaf of leaves) {
      tree.append(leaf);
      settle({ edge, tiles, size: tree.size }, leaf);
    }
    return {
      state: { size: tree.size, peaks: concat(tree.peaks) },
      tiles,
      commit: () => {
        this.#tree = tree;
        this.#edge = edge;
      },
    };
  }

  /** Whether the edge gives the peaks that it belongs to. */
  isWhole(): boolean {
    return subtreesOf({ start: 0, end: this.size }).every((subtree, at) => {
      const place = placeOf(subtree);
      if (place.index * TILE_WIDTH + place.from < this.#stored(place.level)) return true;
      const hashes = this.edgeOf(place.level).slice(place.from, place.from + place.count);
      return Buffer.compare(completeRoot(hashes), this.#tree.peaks[at] ?? new Uint8Array()) === 0;
    });
  }

  /** How many hashes of this level are in tiles that are full. */
  #stored(level: number): number {
    const hashes = Math.floor(this.size / TILE_WIDTH ** level);
    return hashes - (hashes % TILE_WIDTH);
  }

  /** The hashes of a tile that is not full. */
  edgeOf(level: number): readonly Hash[] {
    return this.#edge[level] ?? [];
  }
}

/** Puts `leaf` into its tile, and each tile that it fills into the one above. */
function settle(into: { edge: Hash[][]; tiles: Tile[]; size: number }, leaf: Hash): void {
  let hash = leaf;
  let full = into.size;
  for (let level = 0; ; level += 1) {
    const row = into.edge[level] ?? [];
    into.edge[level] = row;
    row.push(hash);
    if (row.length < TILE_WIDTH) return;
    full /= TILE_WIDTH;
    into.tiles.push({ level, index: full - 1, hashes: concat(row) });
    hash = completeRoot(row);
    into.edge[level] = [];
  }
}

/** The root over hashes whose number is a power of two. */
export function completeRoot(hashes: readonly Hash[]): Hash {
  let row = hashes;
  while (row.length > 1) {
    row = Array.from({ length: row.length / 2 }, (_, at) => nodeHash(hashAt(row, at * 2), hashAt(row, at * 2 + 1)));
  }
  return hashAt(row, 0);
}

/** Where the hash of a complete subtree is found: so many hashes of one tile, from `from` on. */
export function placeOf({ level, index }: Subtree): { level: number; index: number; from: number; count: number } {
  const tileLevel = Math.floor(level / TILE_LEVELS);
  const count = 2 ** (level % TILE_LEVELS);
  const first = index * count;
  return { level: tileLevel, index: Math.floor(first / TILE_WIDTH), from: first % TILE_WIDTH, count };
}

/** The hash of `range`, from tiles that `tile` reads; it answers the hashes of the tile as far as it is filled. */
export async function hashOfRange(
  range: LeafRange,
  tile: (level: number, index: number) => Promise<readonly Hash[]>,
): Promise<Hash> {
  const peaks: Hash[] = [];
  for (const subtree of subtreesOf(range)) {
    const place = placeOf(subtree);
    const hashes = await tile(place.level, place.index);
    peaks.push(completeRoot(hashes.slice(place.from, place.from + place.count)));
  }
  return foldPeaks(peaks);
}

export const concat = (hashes: readonly Hash[]): Uint8Array => Buffer.concat(hashes);
export const split = (bytes: Uint8Array): Hash[] =>
  Array.from({ length: bytes.length / HASH_BYTES }, (_, at) =>
    Uint8Array.from(bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES)),
  );

function hashAt(hashes: readonly Hash[], at: number): Hash {
  const hash = hashes[at];
  if (hash === undefined) throw new RangeError("the tile has no such hash");
  return hash;
}
