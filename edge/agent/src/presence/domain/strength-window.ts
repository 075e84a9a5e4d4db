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
    const chosen: number[] = [];
    for (let back = 1; back <= this.held && chosen.length < most; back += 1) {
      const slot = (this.#count - back) % this.#strengths.length;
      const at = this.#times[slot] ?? 0;
      const strength = this.#strengths[slot];
      if (strength !== undefined && at >= from && at <= to) chosen.push(strength);
    }
    chosen.sort((a, b) => a - b);
    return chosen[Math.floor((chosen.length - 1) / 2)];
  }
}
