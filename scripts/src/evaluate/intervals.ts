import { sequence } from "@wardkey/models/measuring";
import { round } from "./rates.js";

export type Interval = readonly [number, number];

/** Errors among trials of one person. */
export interface PersonTally {
  readonly errors: number;
  readonly trials: number;
}

const resamples = 1000;

/** How intervals are made, as the report says it. */
export const intervalMethod =
  "95 %: the wider bounds of Wilson's interval (pairs taken as independent) and of 1,000 resamples of people";

/**
 * A 95 % interval of a share of errors. Pairs of one person are not independent, so people are resampled with
 * replacement (percentile bootstrap); few people or no errors make that too narrow, so Wilson's bounds hold where wider.
 */
export function interval95(people: readonly PersonTally[]): Interval {
  const { errors, trials } = sumOf(people);
  const [low, high] = wilson95(trials === 0 ? 0 : errors / trials, trials);
  const shares = resampledShares(people);
  const at = (part: number) => shares[Math.round(part * (resamples - 1))];
  return [round(Math.min(low, at(0.025) ?? low)), round(Math.max(high, at(0.975) ?? high))];
}

/** The share of errors in 1,000 draws of as many people, with replacement; lowest first, and none of nobody. */
export function resampledShares(people: readonly PersonTally[]): Float64Array {
  const random = sequence(1);
  return Float64Array.from({ length: people.length === 0 ? 0 : resamples }, () => {
    let [errors, trials] = [0, 0];
    for (let i = 0; i < people.length; i++) {
      const person = people[Math.floor(random() * people.length)];
      errors += person?.errors ?? 0;
      trials += person?.trials ?? 0;
    }
    return trials === 0 ? 0 : errors / trials;
  }).sort();
}

/** Wilson's 95 % interval of a share (E. B. Wilson, 1927); it takes the pairs as independent. */
export function wilson95(share: number, count: number): Interval {
  if (count === 0) return [0, 1];
  const z = 1.959964;
  const centre = (share + (z * z) / (2 * count)) / (1 + (z * z) / count);
  const half = (z / (1 + (z * z) / count)) * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count));
  return [round(Math.max(0, centre - half)), round(Math.min(1, centre + half))];
}

/** Counts errors by person. */
export function tallyByPerson<T>(
  items: readonly T[],
  read: (item: T) => { readonly person: string; readonly error: boolean },
): readonly PersonTally[] {
  const people = new Map<string, { errors: number; trials: number }>();
  for (const item of items) {
    const { person, error } = read(item);
    const own = people.get(person) ?? { errors: 0, trials: 0 };
    own.trials++;
    if (error) own.errors++;
    people.set(person, own);
  }
  return [...people.values()];
}

export function sumOf(people: readonly PersonTally[]): PersonTally {
  return people.reduce((sum, { errors, trials }) => ({ errors: sum.errors + errors, trials: sum.trials + trials }), {
    errors: 0,
    trials: 0,
  });
}
