import { type Duration, milliseconds } from "@wardkey/protocol";

/** Pauses that double, each at random between half of itself and the whole: what failed for all does not come back at once. */
export class BackOff {
  readonly #first: Duration;
  readonly #longest: Duration;
  readonly #random: () => number;
  #failures = 0;

  constructor(input: { first: Duration; longest: Duration; random: () => number }) {
    this.#first = input.first;
    this.#longest = input.longest;
    this.#random = input.random;
  }

  next(): Duration {
    const whole = Math.min(this.#longest, this.#first * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    return milliseconds(Math.ceil(whole * (0.5 + this.#random() / 2)));
  }

  worked(): void {
    this.#failures = 0;
  }
}
