import { sequence } from "@wardkey/models/measuring";

/** Chance by a seed, in the shapes that a ward's day needs. */
export class Draws {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = sequence(seed);
  }

  happens(probability: number): boolean {
    return this.#next() < probability;
  }

  whole(from: number, to: number): number {
    return from + Math.floor(this.#next() * (to - from + 1));
  }

  /** Times at work are skewed: most are short, some are long. */
  lognormal(median: number, spread: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.#next()));
    return median * Math.exp(spread * radius * Math.cos(2 * Math.PI * this.#next()));
  }

  pick<T>(all: readonly T[]): T {
    const drawn = all[Math.floor(this.#next() * all.length)];
    if (drawn === undefined) throw new RangeError("nothing to pick from");
    return drawn;
  }

  /** A key with the chance that stands beside it; together they make one. */
  weighted<K extends string>(chances: Readonly<Record<K, number>>): K {
    let left = this.#next();
    const keys = Object.keys(chances) as K[];
    for (const key of keys) {
      left -= chances[key];
      if (left < 0) return key;
    }
    return this.pick(keys.slice(-1));
  }
}
