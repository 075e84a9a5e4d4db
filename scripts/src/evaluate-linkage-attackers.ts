import { dot } from "@wardkey/models/measuring";

/** The numbers of one template's vector, as it is stored. */
export type Stored = Int8Array;

/** Both vectors of one person's template. */
export interface StoredTemplate {
  readonly bare: Stored;
  readonly masked: Stored;
}

/** Prepares one template once, so that a pair costs little. */
interface Prepared {
  readonly numbers: Float32Array;
  readonly magnitudes: Float32Array;
  readonly ranks: Float32Array;
  readonly ordered: Float32Array;
  readonly signs: Float32Array;
  readonly histogram: Float32Array;
  readonly reach: number;
}

export interface PreparedTemplate {
  readonly bare: Prepared;
  readonly masked: Prepared;
}

const histogramBins = 16;

/** What an attacker who has two templates and no key may compare, each a score that should be higher for one person. */
export const attackers: Readonly<Record<string, (one: PreparedTemplate, other: PreparedTemplate) => number>> = {
  "cosine of the bare vectors": (one, other) => dot(one.bare.numbers, other.bare.numbers),
  "cosine of the masked vectors": (one, other) => dot(one.masked.numbers, other.masked.numbers),
  "size of the cosine": (one, other) => Math.abs(dot(one.bare.numbers, other.bare.numbers)),
  "cosine across the vectors": (one, other) => Math.abs(dot(one.bare.numbers, other.masked.numbers)),
  "rank correlation": (one, other) => dot(one.bare.ranks, other.bare.ranks),
  "correlation of the magnitudes": (one, other) => dot(one.bare.magnitudes, other.bare.magnitudes),
  "agreement of the signs": (one, other) => dot(one.bare.signs, other.bare.signs),
  "likeness of the norms": (one, other) => -Math.abs(one.bare.reach - other.bare.reach),
  "likeness of the norms of both vectors": (one, other) =>
    -Math.hypot(one.bare.reach - other.bare.reach, one.masked.reach - other.masked.reach),
  "correlation of the ordered magnitudes": (one, other) => dot(one.bare.ordered, other.bare.ordered),
  "overlap of the histograms": (one, other) => overlap(one.bare.histogram, other.bare.histogram),
};

export function prepare(template: StoredTemplate): PreparedTemplate {
  return { bare: prepareVector(template.bare), masked: prepareVector(template.masked) };
}

function prepareVector(stored: Stored): Prepared {
  const numbers = Float32Array.from(stored);
  const magnitudes = numbers.map(Math.abs);
  const histogram = new Float32Array(histogramBins);
  for (const value of stored) {
    const bin = Math.min(histogramBins - 1, Math.floor(((value + 128) / 256) * histogramBins));
    histogram[bin] = (histogram[bin] ?? 0) + 1 / stored.length;
  }
  return {
    numbers: unit(numbers),
    magnitudes: centred(magnitudes),
    ranks: centred(ranksOf(stored)),
    ordered: centred(Float32Array.from(magnitudes).sort()),
    signs: unit(numbers.map(Math.sign)),
    histogram,
    // The largest number is always 127, so that the norm tells what a stored scale would.
    reach: Math.sqrt(dot(numbers, numbers)),
  };
}

function ranksOf(stored: Stored): Float32Array {
  const order = [...stored.keys()].sort((one, other) => (stored[one] ?? 0) - (stored[other] ?? 0));
  const ranks = new Float32Array(stored.length);
  for (const [rank, index] of order.entries()) ranks[index] = rank;
  return ranks;
}

function centred(values: Float32Array): Float32Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return unit(values.map((value) => value - mean));
}

function unit(values: Float32Array): Float32Array {
  const norm = Math.sqrt(dot(values, values));
  return norm > 0 ? values.map((value) => value / norm) : values;
}

function overlap(one: Float32Array, other: Float32Array): number {
  return one.reduce((sum, share, bin) => sum + Math.min(share, other[bin] ?? 0), 0);
}
