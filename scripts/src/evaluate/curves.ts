import { binOf, fewestFalseMatches, type ImpostorScores } from "./impostor-scores.js";
import { falseNonMatchRate, round } from "./rates.js";
import { noScore } from "./scores.js";

export interface DetPoint {
  readonly fmr: number;
  readonly fnmr: number;
  /** At least thirty false matches are behind it. */
  readonly firm: boolean;
}

/** Shares of the pairs by score above the threshold in force; pairs without a score are left to `withoutScore`. */
export interface ScoreHistogram {
  readonly from: number;
  readonly to: number;
  readonly genuine: readonly number[];
  readonly impostors: readonly number[];
  readonly genuineWithoutScore: number;
}

const pointsPerDecade = 6;
const bins = 80;
// Fewer pairs of one person make steps, not a curve.
const fewestGenuine = 30;

/** Detection error tradeoff: the false non-match rate at false match rates from a half down to one false match. */
export function detCurve(genuine: readonly number[], impostors: ImpostorScores): readonly DetPoint[] {
  if (genuine.length < fewestGenuine || impostors.count === 0) return [];
  const points: DetPoint[] = [];
  for (let step = 0; ; step++) {
    const rate = 0.5 * 10 ** (-step / pointsPerDecade);
    if (rate * impostors.count < 1) return points;
    const threshold = impostors.lowestThreshold(rate);
    const fmr = impostors.rateAt(threshold);
    if (fmr === 0 || fmr === points.at(-1)?.fmr) continue;
    const firm = fmr * impostors.count >= fewestFalseMatches;
    points.push({ fmr: significant(fmr), fnmr: round(falseNonMatchRate(genuine, threshold)), firm });
  }
}

export function scoreHistogram(genuine: readonly number[], impostors: ImpostorScores): ScoreHistogram | undefined {
  const scored = genuine.filter((score) => score > noScore);
  const range = impostors.range(noScore);
  if (scored.length === 0 && range === undefined) return undefined;
  const from = Math.floor(Math.min(...minimum(scored), ...(range ?? [])) * 20) / 20;
  const to = Math.ceil(Math.max(...maximum(scored), ...(range ?? [])) * 20 + 1e-6) / 20;
  const shares = new Array<number>(bins).fill(0);
  for (const score of scored) {
    const bin = binOf(score, from, to, bins);
    shares[bin] = (shares[bin] ?? 0) + 1 / genuine.length;
  }
  return {
    from,
    to,
    genuine: shares.map(significant),
    impostors: impostors.binned(from, to, bins).map(significant),
    genuineWithoutScore: genuine.length - scored.length,
  };
}

function minimum(values: readonly number[]): readonly number[] {
  return values.length === 0 ? [] : [values.reduce((least, value) => Math.min(least, value))];
}

function maximum(values: readonly number[]): readonly number[] {
  return values.length === 0 ? [] : [values.reduce((most, value) => Math.max(most, value))];
}

function significant(value: number): number {
  return Number(value.toPrecision(4));
}
