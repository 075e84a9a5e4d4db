import type { OperatingPoint } from "@wardkey/models";
import { resampledShares, sumOf } from "./evaluate/intervals.js";

/** One comparison: -1 where the person's own face was not found, so that it counts as a false non-match. */
export type Comparison = (score: number, same: boolean, person: string) => void;

/** Shows every comparison that a set of faces gives; the same ones, in the same order, at each call. */
export type Comparisons = (visit: Comparison) => void;

export interface Population {
  /** From these people's pairs the thresholds come. */
  readonly fitted: Comparisons;
  /** And on these other people's the rates are measured. */
  readonly held: Comparisons;
}

export interface DerivedPoints {
  /** From the laxest rate to the strictest, as the registry keeps them. */
  readonly points: readonly OperatingPoint[];
  /** Rates without a point, and why. */
  readonly left: readonly { readonly rate: number; readonly why: "too-few-pairs" | "rate-not-kept" }[];
  /** Of the people kept out. */
  readonly impostorPairs: number;
  readonly genuinePairs: number;
}

/** The false match rates that a policy may ask for, laxest first. */
export const statedRates: readonly number[] = [1e-2, 1e-3, 1e-4, 1e-5];

// Fewer false matches than this say nothing about their rate.
const fewestFalseMatches = 30;
const binsPerUnit = 10_000;

/**
 * For each rate the lowest threshold, in steps of 1e-4, at which at most that share of the fitted pairs of different
 * people match, with what it gives on the people kept out. A rate is left out where fewer than 30 false matches are
 * expected on either side, or where the people kept out show that it is not kept (its whole interval lies above it).
 */
export function deriveOperatingPoints({ fitted, held }: Population, rates = statedRates): DerivedPoints {
  const impostors = new ImpostorHistogram(fitted);
  const derived = rates.map((rate) => ({ rate, threshold: impostors.thresholdAt(rate) }));
  const tallies = derived.map(() => ({ impostors: new Tally(), genuine: new Tally() }));
  let [impostorPairs, genuinePairs] = [0, 0];
  held((score, same, person) => {
    if (same) genuinePairs++;
    else impostorPairs++;
    for (const [index, { threshold }] of derived.entries()) {
      const tally = tallies[index];
      if (same) tally?.genuine.count(person, score < threshold);
      else tally?.impostors.count(person, score >= threshold);
    }
  });
  const points: OperatingPoint[] = [];
  const left: { rate: number; why: "too-few-pairs" | "rate-not-kept" }[] = [];
  for (const [index, { rate, threshold }] of derived.entries()) {
    const tally = tallies[index];
    if (rate * Math.min(impostors.pairs, impostorPairs) < fewestFalseMatches || tally === undefined) {
      left.push({ rate, why: "too-few-pairs" });
      continue;
    }
    const falseMatchInterval95 = tally.impostors.interval95();
    if (falseMatchInterval95[0] > rate) {
      left.push({ rate, why: "rate-not-kept" });
      continue;
    }
    points.push({
      rate,
      threshold,
      falseMatchRate: tally.impostors.rate(),
      falseMatchInterval95,
      falseNonMatchRate: tally.genuine.rate(),
      falseNonMatchInterval95: tally.genuine.interval95(),
    });
  }
  return { points, left, impostorPairs, genuinePairs };
}

/** Scores of different people, counted in steps of 1e-4. */
class ImpostorHistogram {
  readonly #bins = new Float64Array(2 * binsPerUnit + 1);
  pairs = 0;

  constructor(comparisons: Comparisons) {
    comparisons((score, same) => {
      if (same) return;
      const bin = Math.min(this.#bins.length - 1, Math.max(0, Math.floor((score + 1) * binsPerUnit)));
      this.#bins[bin] = (this.#bins[bin] ?? 0) + 1;
      this.pairs++;
    });
  }

  thresholdAt(rate: number): number {
    let above = 0;
    for (let bin = this.#bins.length - 1; bin >= 0; bin--) {
      above += this.#bins[bin] ?? 0;
      if (above > rate * this.pairs) return (bin + 1 - binsPerUnit) / binsPerUnit;
    }
    return -1;
  }
}

/** Errors and trials by person; intervals come from resampling people, since pairs of one person are not independent. */
class Tally {
  readonly #people = new Map<string, { errors: number; trials: number }>();

  count(person: string, error: boolean): void {
    const own = this.#people.get(person) ?? { errors: 0, trials: 0 };
    this.#people.set(person, own);
    own.errors += error ? 1 : 0;
    own.trials++;
  }

  rate(): number {
    const { errors, trials } = sumOf([...this.#people.values()]);
    return significant(trials === 0 ? 0 : errors / trials);
  }

  interval95(): [number, number] {
    const shares = resampledShares([...this.#people.values()]);
    const at = (part: number) => significant(shares[Math.floor(part * (shares.length - 1))] ?? 0);
    return [at(0.025), at(0.975)];
  }
}

function significant(value: number): number {
  return Number(value.toPrecision(3));
}
