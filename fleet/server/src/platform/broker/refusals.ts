import type { Clock } from "@wardkey/protocol";
import type { RefusedAttempt } from "./port.js";
import { KeyedBuckets, type Rate, TokenBucket } from "./token-bucket.js";

const EACH: Rate = { perSecond: 0.2, burst: 20 };
const ALL: Rate = { perSecond: 20, burst: 200 };
const MOST_DEVICES = 20_000;

/** Tells of refused attempts at a bounded rate: whoever tries in a loop fills neither the audit nor the log. */
export class Refusals {
  readonly #clock: Clock;
  readonly #listeners = new Set<(attempt: RefusedAttempt) => void>();
  readonly #all: TokenBucket;
  readonly #each = new KeyedBuckets(EACH, MOST_DEVICES);
  #untold = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#all = new TokenBucket(ALL, clock.monotonic());
  }

  on(listener: (attempt: RefusedAttempt) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  note(attempt: RefusedAttempt): void {
    const now = this.#clock.monotonic();
    if (!this.#each.take(attempt.device ?? attempt.code, now) || !this.#all.take(now)) {
      this.#untold += 1;
      return;
    }
    for (const listener of this.#listeners) listener(attempt);
  }

  /** How many were left out since the last call. */
  takeUntold(): number {
    const untold = this.#untold;
    this.#untold = 0;
    return untold;
  }

  sweep(): void {
    this.#each.sweep(this.#clock.monotonic());
  }
}
