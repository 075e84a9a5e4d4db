const LEAST_FOR_A_LINE = 4;

/** The last strength readings of one phone, in a ring of fixed size. */
export class StrengthWindow {
  readonly #strengths: Float64Array;
  readonly #times: Float64Array;
  #count = 0;

  constructor(size: number) {
    this.#strengths = new Float64Array(size);
    this.#times = new Float64Array(size);
  }

  add(strength: number, at: number): void {
    const slot = this.#count % this.#strengths.length;
    this.#strengths[slot] = strength;
    this.#times[slot] = at;
    this.#count += 1;
  }

  /** Readings held; never more than the size of the ring. */
  get held(): number {
    return Math.min(this.#count, this.#strengths.length);
  }

  /**
   * Median of the newest `most` readings taken between `from` and `to`; of an even number the weaker one in the middle,
   * so that doubt makes a phone farther. Undefined when there is none.
   */
  median(most: number, from: number, to = Number.POSITIVE_INFINITY): number | undefined {
    const chosen = this.#newest(most, from, to).map(({ strength }) => strength);
    chosen.sort((a, b) => a - b);
    return chosen[Math.floor((chosen.length - 1) / 2)];
  }

  /**
   * Strength at `at` by the line of least squares through the newest `most` readings taken since `from`, where it rises.
   * Undefined with fewer than four readings, or when it does not rise.
   */
  rising(most: number, from: number, at: number): number | undefined {
    const chosen = this.#newest(most, from, Number.POSITIVE_INFINITY);
    if (chosen.length < LEAST_FOR_A_LINE) return undefined;
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const time = mean(chosen.map((reading) => reading.at));
    const strength = mean(chosen.map((reading) => reading.strength));
    const spread = chosen.reduce((sum, reading) => sum + (reading.at - time) ** 2, 0);
    const together = chosen.reduce((sum, reading) => sum + (reading.at - time) * (reading.strength - strength), 0);
    return spread > 0 && together > 0 ? strength + (together / spread) * (at - time) : undefined;
  }

  #newest(most: number, from: number, to: number): { readonly at: number; readonly strength: number }[] {
    const chosen: { at: number; strength: number }[] = [];
    for (let back = 1; back <= this.held && chosen.length < most; back += 1) {
      const slot = (this.#count - back) % this.#strengths.length;
      const at = this.#times[slot] ?? 0;
      const strength = this.#strengths[slot];
      if (strength !== undefined && at >= from && at <= to) chosen.push({ at, strength });
    }
    return chosen;
  }
}
