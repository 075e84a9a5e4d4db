import type { Clock, Instant } from "@wardkey/protocol";
import type { PhoneMotion } from "@wardkey/protocol/tap";

/** A slider that trembles is not a phone that moves. */
const LEAST_STEP_METRES = 0.05;
/** Of the simulated owner. */
const STEP_METRES = 0.7;

export interface HandFacts {
  /** Monotonic, for decisions. */
  readonly unlockedAt: number | null;
  readonly movedAt: number | null;
}

/**
 * What a phone's own sensors would tell: was it unlocked, did it move. In this demo both are simulated: its owner's acts
 * on the page stand for unlocking it, and its way through the simulated room for motion sensor and step counter.
 */
export class PhoneInHand {
  readonly #clock: Clock;
  #unlocked: { monotonic: number; wall: Instant } | null = null;
  #moved: { monotonic: number; wall: Instant } | null = null;
  #moves = 0;
  #metres = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  facts(): HandFacts {
    return { unlockedAt: this.#unlocked?.monotonic ?? null, movedAt: this.#moved?.monotonic ?? null };
  }

  /** Wall times, for the page. */
  shown(): { unlockedAt: number | null; movedAt: number | null } {
    return { unlockedAt: this.#unlocked?.wall ?? null, movedAt: this.#moved?.wall ?? null };
  }

  unlock(): void {
    this.#unlocked = { monotonic: this.#clock.monotonic(), wall: this.#clock.now() };
  }

  /** The phone went this far, in metres. */
  moveBy(metres: number): void {
    if (Math.abs(metres) < LEAST_STEP_METRES) return;
    this.#moves += 1;
    this.#metres += Math.abs(metres);
    this.#moved = { monotonic: this.#clock.monotonic(), wall: this.#clock.now() };
  }

  /** Makes a question for one asker: moved since I last asked, and how many steps in all? */
  watch(): () => PhoneMotion {
    let seen = this.#moves;
    const before = this.#metres;
    return () => {
      const moved = this.#moves !== seen;
      seen = this.#moves;
      return { moved, steps: Math.floor((this.#metres - before) / STEP_METRES) };
    };
  }
}
