const SCORES_KEPT = 8;

/** Passive liveness over the last frames of one face, to be shown: their mean, for a single score is weak. */
export class LivenessFusion {
  #scores: number[] = [];

  add(score: number): void {
    this.#scores.push(score);
    if (this.#scores.length > SCORES_KEPT) this.#scores.shift();
  }

  /** Another face, or none: what was seen before says nothing about the next. */
  reset(): void {
    this.#scores = [];
  }

  get score(): number | null {
    if (this.#scores.length === 0) return null;
    return this.#scores.reduce((sum, score) => sum + score, 0) / this.#scores.length;
  }
}
