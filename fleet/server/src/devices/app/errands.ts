import { codeOf, type Duration, milliseconds, seconds } from "@wardkey/protocol";
import type { Log, Timers } from "./fleet-ports.js";

const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 10_000;
const ATTEMPT_WITHIN: Duration = seconds(2);

/**
 * Acts that must happen in the end although something that they need refuses now. Each has a name; an act of the same
 * name takes the place of the one that waits.
 */
export class Errands {
  readonly #timers: Timers;
  readonly #random: () => number;
  readonly #log: Log;
  readonly #waiting = new Map<string, { cancel: () => void }>();
  readonly #running = new Set<Promise<unknown>>();
  #stopped = false;

  constructor(parts: { timers: Timers; random: () => number; log: Log }) {
    this.#timers = parts.timers;
    this.#random = parts.random;
    this.#log = parts.log;
  }

  /** Tries at once. `true`: done. `false`: it failed or took too long, and is tried again until it is done. */
  async run(name: string, act: () => Promise<unknown>): Promise<boolean> {
    this.#waiting.get(name)?.cancel();
    this.#waiting.delete(name);
    return this.#attempt(name, act, FIRST_PAUSE);
  }

  /** Names of what is still to be done. */
  get open(): readonly string[] {
    return [...this.#waiting.keys()];
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { cancel } of this.#waiting.values()) cancel();
    this.#waiting.clear();
    await Promise.all(this.#running);
  }

  async #attempt(name: string, act: () => Promise<unknown>, pause: number): Promise<boolean> {
    let giveUp: () => void = () => undefined;
    const late = new Promise<"late">((resolve) => {
      giveUp = this.#timers.after(ATTEMPT_WITHIN, () => resolve("late"));
    });
    // An act that is late may still succeed: it is made again nevertheless, as each bears repetition.
    const made = act().then(
      () => "done" as const,
      (error: unknown) => ({ cause: codeOf(error) }),
    );
    const outcome = Promise.race([made, late]);
    this.#running.add(outcome);
    const how = await outcome;
    this.#running.delete(outcome);
    giveUp();
    if (how === "done") return true;
    this.#log({ code: "errand-waits", errand: name, cause: how === "late" ? "late" : how.cause });
    if (!this.#stopped && !this.#waiting.has(name)) {
      const delay = milliseconds(pause * (0.75 + this.#random() / 2));
      const cancel = this.#timers.after(delay, () => {
        this.#waiting.delete(name);
        void this.#attempt(name, act, Math.min(LONGEST_PAUSE, pause * 2));
      });
      this.#waiting.set(name, { cancel });
    }
    return false;
  }
}
