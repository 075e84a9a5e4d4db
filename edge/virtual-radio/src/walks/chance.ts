import { hashOf } from "../room/seeded.js";

/**
 * A quick stream of seeded chance for one purpose (Blackman and Vigna's xoshiro128**), for walks draw many thousands of
 * numbers. Streams of other keys are not shifted by how much is drawn from this one.
 */
export class Chance {
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  #spare: number | undefined;

  constructor(seed: number, ...keys: ReadonlyArray<string | number>) {
    this.#a = hashOf(seed, ...keys, 1);
    this.#b = hashOf(seed, ...keys, 2);
    this.#c = hashOf(seed, ...keys, 3);
    this.#d = hashOf(seed, ...keys, 4) | 1;
  }

  /** In [0, 1). */
  uniform(): number {
    const times5 = Math.imul(this.#b, 5);
    const result = Math.imul((times5 << 7) | (times5 >>> 25), 9);
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return (result >>> 0) / 0x1_0000_0000;
  }

  between(from: number, to: number): number {
    return from + (to - from) * this.uniform();
  }

  happens(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** Standard normal (Box-Muller). */
  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** Waiting time of events that come once in `mean` on average. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.uniform());
  }
}
