import { type Clock, type Instant, instant } from "@wardkey/protocol";
import type { SteadyTime } from "./lease.js";

/** A difference that no honest clock has: shown, reported, and never believed for anything that it would make longer. */
export const CLOCK_OFF_MS = 5 * 60_000;

/**
 * The fleet's wall clock, as its answers over verified TLS said in this run. It judges only how fresh a downward message
 * is; what must never be made longer (the lease) is counted by `SteadyTime`.
 */
export class FleetTime {
  readonly #clock: Clock;
  readonly #steady: SteadyTime;
  #heard: { readonly now: number; readonly monotonic: number } | null = null;

  constructor(clock: Clock, steady: SteadyTime) {
    this.#clock = clock;
    this.#steady = steady;
  }

  hear(now: number): void {
    this.#heard = { now, monotonic: this.#clock.monotonic() };
  }

  now(): Instant {
    const heard = this.#heard;
    if (heard === null) return this.#steady.now();
    return instant(heard.now + Math.max(0, this.#clock.monotonic() - heard.monotonic));
  }

  /** How far the device's wall clock is ahead of the fleet's, ms; `null` before the first answer. */
  offset(): number | null {
    return this.#heard === null ? null : Math.round(this.#clock.now() - this.now());
  }

  get off(): boolean {
    return Math.abs(this.offset() ?? 0) > CLOCK_OFF_MS;
  }
}
