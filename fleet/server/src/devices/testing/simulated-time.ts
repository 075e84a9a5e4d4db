import { type Clock, type Duration, type Instant, instant } from "@wardkey/protocol";
import type { Timers } from "../app/fleet-ports.js";
import { NOON } from "./reports.js";

const QUIET_TURNS = 4;

/** A clock and timers that a test moves together. */
export class SimulatedTime implements Clock, Timers {
  #now = NOON;
  #due: { at: number; act: () => void }[] = [];
  /** How much is under way that time does not move: queries, signatures. */
  readonly #underWay: () => number;

  constructor(underWay: () => number = () => 0) {
    this.#underWay = underWay;
  }

  now(): Instant {
    return instant(this.#now);
  }

  monotonic(): number {
    return this.#now - NOON;
  }

  /** Timers that wait. */
  get waiting(): number {
    return this.#due.length;
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
    await this.settle();
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#due = this.#due.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.at);
      next.act();
      await this.settle();
    }
    this.#now = until;
    await this.settle();
  }

  /** Resolves when nothing has been under way for some turns: whatever is to happen at this time has happened. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS; quiet += 1) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (this.#underWay() > 0) quiet = -1;
    }
  }

  #next(until: number): { at: number; act: () => void } | undefined {
    const [first] = this.#due.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
    return first;
  }
}
