import type { ImpostorScores } from "./impostor-scores.js";

/** A score and whether the pair shows one person. */
export interface ScoredPair {
  readonly score: number;
  readonly same: boolean;
}

const folds = 10;

/** The share of genuine scores under a threshold. */
export function falseNonMatchRate(genuine: readonly number[], threshold: number): number {
  return genuine.length === 0 ? 0 : genuine.filter((score) => score < threshold).length / genuine.length;
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

/** The rate at which false matches and false non-matches are equally frequent; undefined without pairs of both kinds. */
export function equalErrorRate(genuine: readonly number[], impostors: ImpostorScores): number | undefined {
  if (genuine.length === 0 || impostors.count === 0) return undefined;
  const sorted = [...genuine].sort((one, other) => one - other);
  let rate = 1;
  for (const [index, threshold] of sorted.entries()) {
    rate = Math.min(rate, Math.max(index / sorted.length, impostors.rateAt(threshold)));
  }
  return rate;
}

export function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
