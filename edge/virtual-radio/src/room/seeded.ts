// Randomness that depends only on a seed and on what it is asked for. A value drawn for one purpose never shifts the
// values of another, so a trace stays the same when an unrelated participant joins.

/** A 32-bit hash (FNV-1a, then a murmur finaliser) of a seed and keys. */
export function hashOf(seed: number, ...keys: ReadonlyArray<string | number>): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (const key of keys) {
    if (typeof key === "number") {
      // Both halves: a counter may pass 2^32.
      hash = absorb(hash, key >>> 0);
      hash = absorb(hash, Math.floor(key / 0x1_0000_0000) >>> 0);
    } else {
      for (let i = 0; i < key.length; i++) hash = absorb(hash, key.charCodeAt(i));
    }
    hash = absorb(hash, 0x9e3779b9);
  }
  return finalise(hash);
}

function absorb(hash: number, value: number): number {
  return finalise(Math.imul(hash ^ value, 0x01000193) >>> 0);
}

function finalise(value: number): number {
  let h = value >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A number in [0, 1) that the seed and keys decide. */
export function uniformAt(seed: number, ...keys: ReadonlyArray<string | number>): number {
  return hashOf(seed, ...keys) / 0x1_0000_0000;
}

/** A standard normal number that the seed and keys decide (Box-Muller). */
export function gaussianAt(seed: number, ...keys: ReadonlyArray<string | number>): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniformAt(seed, ...keys, "radius")));
  return radius * Math.cos(2 * Math.PI * uniformAt(seed, ...keys, "angle"));
}

/** A stream of uniform numbers in [0, 1) for one purpose. */
export type Draw = () => number;

/** Starts the stream that belongs to these keys. */
export function drawsFor(seed: number, ...keys: ReadonlyArray<string | number>): Draw {
  let count = 0;
  return () => uniformAt(seed, ...keys, count++);
}
