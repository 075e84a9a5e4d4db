import { codeOf, type Duration, milliseconds, minutes, seconds } from "@wardkey/protocol";
import type { Timers } from "../time.js";
import { BackOff } from "./back-off.js";

/** How often is looked at what may be due; a call goes out only when something is. */
const LOOK_EVERY: Duration = seconds(30);
const AT_ONCE = milliseconds(50);

export interface RoundSettings {
  readonly timers: Timers;
  readonly random: () => number;
  /** Does whatever is due; answers whether all of it went well. */
  readonly work: () => Promise<boolean>;
  readonly failed: (code: string) => void;
}

/** One round of work after the other: at its time, at once when it is wanted, and after failures with growing pauses. */
export class Rounds {
  readonly #settings: RoundSettings;
  readonly #patience: BackOff;
  #round: Promise<void> | null = null;
  #wanted = false;
  #cancel: (() => void) | null = null;
  #stopped = true;

  constructor(settings: RoundSettings) {
    this.#settings = settings;
    this.#patience = new BackOff({ first: seconds(1), longest: minutes(5), random: settings.random });
  }

  start(): void {
    this.#stopped = false;
    this.#next(milliseconds(0));
  }

  /** Begins a round now, or right after the one under way. */
  hurry(): void {
    if (this.#stopped) return;
    if (this.#round !== null) this.#wanted = true;
    else this.#begin();
  }

  /** A whole round that begins after this call. */
  async whole(): Promise<void> {
    await this.#round;
    this.#begin();
    await this.#round;
  }

  /** Begins no more; resolves when the one under way is over. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#round;
  }

  #next(delay: Duration): void {
    this.#cancel?.();
    this.#cancel = this.#stopped ? null : this.#settings.timers.after(delay, () => this.#begin());
  }

  #begin(): void {
    if (this.#stopped || this.#round !== null) return;
    this.#round = this.#settings
      .work()
      .catch((error: unknown) => {
        this.#settings.failed(codeOf(error));
        return false;
      })
      .then((well) => {
        this.#round = null;
        if (well) this.#patience.worked();
        const again = this.#wanted;
        this.#wanted = false;
        this.#next(again ? AT_ONCE : well ? LOOK_EVERY : this.#patience.next());
      });
  }
}
