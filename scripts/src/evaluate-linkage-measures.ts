import { sequence } from "@wardkey/models/measuring";

/** Scores of one attacker: `at(one, other)` compares a person's template at the first site with one at the second. */
export interface ScoreTable {
  readonly people: number;
  at(one: number, other: number): number;
}

export interface Linkage {
  /** Chance that somebody's own template at the other site scores above another person's; a half says nothing. */
  readonly auc: number;
  /** From resampling people. */
  readonly interval95: readonly [number, number];
  /** D<->sys of ISO/IEC 30136 (M. Gomez-Barrero et al., 2017) with equal priors: 0 unlinkable, 1 linkable. */
  readonly linkability: number;
}

const resamples = 1000;
const bins = 20;

/** How far an attacker links templates, over several tables with fresh keys and the same people. */
export function linkageOf(tables: readonly ScoreTable[]): Linkage {
  const people = tables[0]?.people ?? 0;
  const shares = Array.from({ length: people }, (_, person) => mean(tables.map((table) => ownRank(table, person))));
  const random = sequence(1);
  const resampled = Array.from({ length: resamples }, () =>
    mean(shares.map(() => shares[Math.floor(random() * people)] ?? 0.5)),
  ).sort((one, other) => one - other);
  const at = (part: number): number => round(resampled[Math.floor(part * (resamples - 1))] ?? 0.5);
  return { auc: round(mean(shares)), interval95: [at(0.025), at(0.975)], linkability: round(linkabilityOf(tables)) };
}

/** The share of other people whose score with this person, either way round, is below their own. */
function ownRank(table: ScoreTable, person: number): number {
  const own = table.at(person, person);
  let [below, others] = [0, 0];
  for (let other = 0; other < table.people; other++) {
    if (other === person) continue;
    for (const score of [table.at(person, other), table.at(other, person)]) {
      below += score < own ? 1 : score === own ? 0.5 : 0;
      others++;
    }
  }
  return others === 0 ? 0.5 : below / others;
}

/** Over bins that hold equally many scores of different people; with few people chance alone gives more than nought. */
function linkabilityOf(tables: readonly ScoreTable[]): number {
  const [mated, other]: [number[], number[]] = [[], []];
  for (const table of tables) {
    for (let one = 0; one < table.people; one++) {
      for (let two = 0; two < table.people; two++) (one === two ? mated : other).push(table.at(one, two));
    }
  }
  const sorted = Float64Array.from(other).sort();
  const edges = Array.from({ length: bins - 1 }, (_, i) => sorted[Math.floor(((i + 1) / bins) * sorted.length)] ?? 0);
  const share = (scores: readonly number[]): readonly number[] => {
    const counts = new Array<number>(bins).fill(0);
    for (const score of scores) {
      const bin = edges.filter((edge) => score >= edge).length;
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    return counts.map((count) => count / Math.max(1, scores.length));
  };
  const [ofMated, ofOther] = [share(mated), share(other)];
  return ofMated.reduce((sum, own, bin) => {
    const ratio = own / Math.max(ofOther[bin] ?? 0, 1e-9);
    return ratio > 1 ? sum + own * ((2 * ratio) / (1 + ratio) - 1) : sum;
  }, 0);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0.5 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
