import { type Clock, type Duration, type Instant, instant } from "@wardkey/protocol";
import type { Timers } from "../time.js";

/** Simulated clock and timers, for tests: time stands still until it is moved. */
export class SimulatedTime implements Clock, Timers {
  #now: number;
  #monotonic = 1_000;
  #waiting: { at: number; wake: () => void }[] = [];

  constructor(now = 1_800_000_000_000) {
    this.#now = now;
  }

  now(): Instant {
    return instant(this.#now);
  }

  monotonic(): number {
    return this.#monotonic;
  }

  /** The wall clock alone, as when somebody sets it. */
  setWall(now: number): void {
    this.#now = now;
  }

  after(delay: Duration, wake: () => void): () => void {
    const entry = { at: this.#monotonic + delay, wake };
    this.#waiting.push(entry);
    return () => {
      this.#waiting = this.#waiting.filter((each) => each !== entry);
    };
  }

  /** Moves time and wakes whoever waits, in order; work that they began has run as far as it can without more time. */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonic + ms;
    for (;;) {
      await settle();
      const next = this.#waiting.filter((each) => each.at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#move(Math.max(this.#monotonic, next.at));
      this.#waiting = this.#waiting.filter((each) => each !== next);
      next.wake();
    }
    this.#move(end);
    await settle();
  }

  /** Time passes at once, as for a machine that slept: who was due meanwhile wakes once, now. */
  async leap(ms: number): Promise<void> {
    this.#move(this.#monotonic + ms);
    await this.advance(0);
  }

  #move(to: number): void {
    this.#now += to - this.#monotonic;
    this.#monotonic = to;
  }
}

/** Lets everything that is ready run, microtasks and a few rounds of the event loop. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 4; round++) await new Promise((resume) => setImmediate(resume));
}
