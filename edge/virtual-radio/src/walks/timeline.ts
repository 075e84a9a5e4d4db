/** Reads a list of moments in order of time: each look starts where the last one ended, so a walk is read once. */
export class Timeline<Moment extends { readonly at: number }> {
  readonly #moments: readonly Moment[];
  #index = 0;

  constructor(moments: readonly Moment[]) {
    this.#moments = moments;
  }

  /** The last moment that is not later than `at`, or the first. */
  now(at: number): Moment | undefined {
    while (this.#index > 0 && (this.#moments[this.#index]?.at ?? 0) > at) this.#index -= 1;
    for (;;) {
      const next = this.#moments[this.#index + 1];
      if (next === undefined || next.at > at) return this.#moments[this.#index];
      this.#index += 1;
    }
  }

  /** The moment after it. */
  next(): Moment | undefined {
    return this.#moments[this.#index + 1];
  }
}
