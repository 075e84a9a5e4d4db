import type { Clock, Instant } from "@wardkey/protocol";

/** A slider that trembles is not a phone that moves. */
const LEAST_STEP_METRES = 0.05;

export interface HandFacts {
  /** Monotonic, for decisions. */
  readonly unlockedAt: number | null;
  readonly movedAt: number | null;
}

/**
 * What a phone's own sensors would tell: was it unlocked, did it move. In this demo both are simulated: its owner's acts
 * on the page stand for unlocking it, and its steps through the simulated room for the motion sensor.
 */
export class PhoneInHand {
  readonly #clock: Clock;
  #unlocked: { monotonic: number; wall: Instant } | null = null;
  #moved: { monotonic: number; wall: Instant } | null = null;
  #steps = 0;

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
    this.#steps += 1;
    this.#moved = { monotonic: this.#clock.monotonic(), wall: this.#clock.now() };
  }

  /** Makes a question "moved since I last asked?" for one asker. */
  watch(): () => boolean {
    let seen = this.#steps;
    return () => {
      const moved = this.#steps !== seen;
      seen = this.#steps;
      return moved;
    };
  }
}
