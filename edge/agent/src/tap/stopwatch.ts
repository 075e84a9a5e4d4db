import type { TapTimings } from "./ports.js";

/** Laps of one tap: each step's time is what has passed since the step before it. */
export class Stopwatch {
  readonly #monotonic: () => number;
  readonly #laps: { -readonly [Step in keyof TapTimings]: number } = {};
  #since: number;

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
    this.#since = monotonic();
  }

  lap(step: keyof TapTimings): void {
    const now = this.#monotonic();
    this.#laps[step] = now - this.#since;
    this.#since = now;
  }

  /** Begins the next step now, whatever passed before. */
  restart(): void {
    this.#since = this.#monotonic();
  }

  set(step: keyof TapTimings, ms: number): void {
    this.#laps[step] = ms;
  }

  get timings(): TapTimings {
    return { ...this.#laps };
  }
}
