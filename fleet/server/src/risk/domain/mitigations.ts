import { apply, candidates, keyOf, type Remedy } from "./remedies.js";
import type { RiskModel } from "./risk-model.js";
import { finish, type Steps } from "./steps.js";

export interface Mitigation {
  readonly remedy: Remedy;
  /** Of the site's total. */
  readonly removes: number;
  readonly costHours: number;
  readonly perHour: number;
}

/** What could be done, and the site's total that it is a share of. */
export interface Ranking {
  readonly total: number;
  /** The best first. */
  readonly mitigations: readonly Mitigation[];
}

/** What removes most risk for its cost, the best first. */
export const mitigationsOf = (model: RiskModel, most?: number): readonly Mitigation[] =>
  finish(ranking(model, most)).mitigations;

/**
 * The same step by step, of the model as it is at the first. Only what lies on the likeliest path to something that
 * matters can remove any; each of those is tried on a copy, so that the model may be read and go on meanwhile.
 */
export function* ranking(model: RiskModel, most = 50): Steps<Ranking> {
  const trial = model.forTrials();
  yield* trial.reaching();
  const sum = new Sum(trial);
  const total = sum.now();
  const tried: Mitigation[] = [];
  for (const { remedy, costHours } of yield* candidates(trial)) {
    const undo = apply(trial, remedy);
    sum.take(yield* trial.reaching());
    const removes = Math.max(0, total - sum.now());
    undo();
    sum.take(yield* trial.reaching());
    tried.push({ remedy, removes, costHours, perHour: removes / costHours });
    yield;
  }
  const mitigations = tried
    .filter(({ removes }) => removes > 1e-9)
    .sort((a, b) => b.perHour - a.perHour || keyOf(a.remedy).localeCompare(keyOf(b.remedy)))
    .slice(0, most);
  return { total, mitigations };
}

/** The total of a model that a trial changes a little: the same numbers added in the same order, few of them looked up. */
class Sum {
  readonly #model: RiskModel;
  readonly #impacts: Float64Array;
  readonly #parts: Float64Array;
  readonly #places = new Map<number, number>();

  constructor(model: RiskModel) {
    this.#model = model;
    const weighed = [...model.weighed()];
    this.#impacts = Float64Array.from(weighed, ([, impact]) => impact);
    this.#parts = new Float64Array(weighed.length);
    for (const [place, [node]] of weighed.entries()) this.#places.set(node, place);
    this.take(this.#places.keys());
  }

  take(nodes: Iterable<number>): void {
    for (const node of nodes) {
      const place = this.#places.get(node);
      if (place !== undefined) this.#parts[place] = this.#model.reachedAt(node) * (this.#impacts[place] ?? 0);
    }
  }

  now(): number {
    let sum = 0;
    for (const part of this.#parts) sum += part;
    return sum;
  }
}
