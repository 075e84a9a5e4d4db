// Scores are counted in steps of 1e-5: finer than any threshold, and millions of pairs take no more room than a few.
const stepsPerUnit = 100_000;
const lowest = -3;
const highest = 3;
const stepCount = (highest - lowest) * stepsPerUnit + 1;

// Fewer false matches than this say nothing about their rate.
export const fewestFalseMatches = 30;

/** How many pairs of different people have which score, -3 to 3; noughts are exact, other scores to 1e-5. */
export class ImpostorScores {
  readonly #counts = new Float64Array(stepCount);
  #above: Float64Array | undefined;
  #count = 0;

  add(score: number): void {
    const step = indexOf(score);
    this.#counts[step] = (this.#counts[step] ?? 0) + 1;
    this.#count++;
    this.#above = undefined;
  }

  get count(): number {
    return this.#count;
  }

  addAll(other: ImpostorScores): void {
    for (let i = 0; i < this.#counts.length; i++) this.#counts[i] = (this.#counts[i] ?? 0) + (other.#counts[i] ?? 0);
    this.#count += other.#count;
    this.#above = undefined;
  }

  /** The share with at least this score; nought without any pairs. */
  rateAt(threshold: number): number {
    if (this.#count === 0) return 0;
    const step = Math.ceil((threshold - lowest) * stepsPerUnit - 1e-6);
    if (step >= this.#counts.length) return 0;
    return (this.#cumulated()[Math.max(0, step)] ?? 0) / this.#count;
  }

  /** The lowest threshold that keeps the false match rate at or under `rate`; undefined with too few pairs for that rate. */
  thresholdAt(rate: number): number | undefined {
    return rate * this.#count + 1e-9 < fewestFalseMatches ? undefined : this.lowestThreshold(rate);
  }

  /** The same however few the pairs are; for drawing, not for stating. */
  lowestThreshold(rate: number): number {
    const above = this.#cumulated();
    const allowed = rate * this.#count + 1e-9;
    let [low, high] = [0, above.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((above[middle] ?? 0) <= allowed) high = middle;
      else low = middle + 1;
    }
    return scoreOf(low);
  }

  /** Shares of the pairs in `bins` bins of equal width between two scores, lower ones left out. */
  binned(from: number, to: number, bins: number): readonly number[] {
    const shares = new Array<number>(bins).fill(0);
    for (let step = indexOf(from); step < this.#counts.length; step++) {
      const count = this.#counts[step] ?? 0;
      if (count === 0) continue;
      const bin = binOf(scoreOf(step), from, to, bins);
      shares[bin] = (shares[bin] ?? 0) + count / this.#count;
    }
    return shares;
  }

  /** The lowest and highest score above `floor`; undefined where there is none. */
  range(floor: number): readonly [number, number] | undefined {
    let [first, last] = [indexOf(floor) + 1, this.#counts.length - 1];
    while (first <= last && this.#counts[first] === 0) first++;
    while (last >= first && this.#counts[last] === 0) last--;
    return first > last ? undefined : [scoreOf(first), scoreOf(last)];
  }

  /** For each step how many pairs are in it or above. */
  #cumulated(): Float64Array {
    if (this.#above !== undefined) return this.#above;
    const above = Float64Array.from(this.#counts);
    for (let i = above.length - 2; i >= 0; i--) above[i] = (above[i] ?? 0) + (above[i + 1] ?? 0);
    this.#above = above;
    return above;
  }
}

function indexOf(score: number): number {
  const step = Math.floor((score - lowest) * stepsPerUnit + 1e-6);
  return Math.min(stepCount - 1, Math.max(0, step));
}

function scoreOf(step: number): number {
  return (step + lowest * stepsPerUnit) / stepsPerUnit;
}

export function binOf(score: number, from: number, to: number, bins: number): number {
  return Math.min(bins - 1, Math.max(0, Math.floor(((score - from) / (to - from)) * bins + 1e-9)));
}
