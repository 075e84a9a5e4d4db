import { type Clock, type Duration, type Instant, instant } from "@wardkey/protocol";
import type { Timers } from "../app/fleet-ports.js";
import { NOON } from "./reports.js";

/** A clock and timers that a test moves together. */
export class SimulatedTime implements Clock, Timers {
  #now = NOON;
  #due: { at: number; act: () => void }[] = [];

  now(): Instant {
    return instant(this.#now);
  }

  monotonic(): number {
    return this.#now - NOON;
  }

  after(delay: Duration, act: () => void): () => void {
    const timer = { at: this.#now + delay, act };
    this.#due.push(timer);
    return () => {
      this.#due = this.#due.filter((other) => other !== timer);
    };
  }

  /** Lets everything happen that is due within `by`, in order, each with all that follows from it. */
  async move(by: Duration): Promise<void> {
    const until = this.#now + by;
    await settle();
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#due = this.#due.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.at);
      next.act();
      await settle();
    }
    this.#now = until;
    await settle();
  }

  #next(until: number): { at: number; act: () => void } | undefined {
    const [first] = this.#due.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
    return first;
  }
}

/** Promises, the database's threads and the keys' threads have all answered: a few turns in which nothing is begun. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
