/** A score and whether the pair shows one person. */
export interface ScoredPair {
  readonly score: number;
  readonly same: boolean;
}

// Fewer false matches than this say nothing about their rate.
const fewestFalseMatches = 30;
const folds = 10;

/** Scores of different people, sorted; counts how many would be accepted. */
export class ImpostorScores {
  readonly #sorted: Float32Array;

  constructor(scores: Float32Array) {
    this.#sorted = Float32Array.from(scores).sort();
  }

  get count(): number {
    return this.#sorted.length;
  }

  /** The share with at least this score. */
  rateAt(threshold: number): number {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] ?? 0) >= threshold) high = middle;
      else low = middle + 1;
    }
    return this.count === 0 ? 0 : (this.count - low) / this.count;
  }

  /** The lowest threshold that keeps the false match rate at or under `rate`; undefined with too few pairs for that rate. */
  thresholdAt(rate: number): number | undefined {
    const allowed = Math.floor(rate * this.count + 1e-9);
    if (allowed < fewestFalseMatches) return undefined;
    const highestRefused = this.#sorted[this.count - allowed - 1];
    return highestRefused === undefined ? undefined : nextFloat(highestRefused);
  }
}

function nextFloat(value: number): number {
  return value + Math.max(Math.abs(value), 1e-3) * 2 ** -22;
}

/** The share of genuine scores under a threshold. */
export function falseNonMatchRate(genuine: readonly number[], threshold: number): number {
  return genuine.length === 0 ? 0 : genuine.filter((score) => score < threshold).length / genuine.length;
}

/** Wilson's 95 % interval of a share (E. B. Wilson, 1927); it takes the pairs as independent. */
export function interval95(share: number, count: number): readonly [number, number] {
  if (count === 0) return [0, 1];
  const z = 1.959964;
  const centre = (share + (z * z) / (2 * count)) / (1 + (z * z) / count);
  const half = (z / (1 + (z * z) / count)) * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count));
  return [round(Math.max(0, centre - half)), round(Math.min(1, centre + half))];
}

/** Mean over ten stratified folds of the share of right answers, each with the threshold that is best on the other nine. */
export function crossValidatedAccuracy(pairs: readonly ScoredPair[]): number {
  const fold = stratifiedFolds(pairs);
  let [right, total] = [0, 0];
  for (let held = 0; held < folds; held++) {
    const training = pairs.filter((_, index) => fold[index] !== held);
    const threshold = bestThreshold(training);
    for (const [index, pair] of pairs.entries()) {
      if (fold[index] !== held) continue;
      total++;
      if (pair.score >= threshold === pair.same) right++;
    }
  }
  return right / total;
}

function stratifiedFolds(pairs: readonly ScoredPair[]): readonly number[] {
  let [same, different] = [0, 0];
  return pairs.map((pair) => (pair.same ? same++ : different++) % folds);
}

function bestThreshold(pairs: readonly ScoredPair[]): number {
  const sorted = [...pairs].sort((one, other) => one.score - other.score);
  let right = sorted.filter(({ same }) => same).length;
  let [best, threshold] = [right, Number.NEGATIVE_INFINITY];
  for (const [index, pair] of sorted.entries()) {
    right += pair.same ? -1 : 1;
    const next = sorted[index + 1]?.score ?? Number.POSITIVE_INFINITY;
    if (right <= best || next === pair.score) continue;
    best = right;
    threshold = next === Number.POSITIVE_INFINITY ? next : (pair.score + next) / 2;
  }
  return threshold;
}

/** The rate at which false matches and false non-matches are equally frequent. */
export function equalErrorRate(genuine: readonly number[], impostors: ImpostorScores): number {
  const sorted = [...genuine].sort((one, other) => one - other);
  let rate = 1;
  for (const [index, threshold] of sorted.entries()) {
    const [missed, wrong] = [index / sorted.length, impostors.rateAt(threshold)];
    rate = Math.min(rate, Math.max(missed, wrong));
  }
  return rate;
}

export function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
