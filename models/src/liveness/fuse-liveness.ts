// A network that is sure of itself is not that sure: beyond this a single frame would outweigh a second of others.
const surest = 0.998;

/**
 * One score of several frames of the same face, 0 to 1: the mean of their log-odds without the highest and the lowest, so
 * that one bad frame refuses nobody and one lucky frame admits no picture. Of one or two frames, their plain mean.
 */
export function fuseLiveness(scores: readonly number[]): number | undefined {
  if (scores.length === 0) return undefined;
  const odds = scores.map(logOdds).sort((one, other) => one - other);
  const kept = odds.length < 3 ? odds : odds.slice(1, -1);
  const mean = kept.reduce((sum, each) => sum + each, 0) / kept.length;
  return 1 / (1 + Math.exp(-mean));
}

function logOdds(score: number): number {
  const sound = Number.isNaN(score) ? 0 : score;
  const bounded = Math.min(surest, Math.max(1 - surest, sound));
  return Math.log(bounded / (1 - bounded));
}
