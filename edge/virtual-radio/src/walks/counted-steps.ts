import type { Chance } from "./chance.js";
import type { Whereabouts } from "./whereabouts.js";

/** Length of a step, metres: of short people in a hurry nowhere, and of tall ones. */
const STEP_METRES = [0.55, 0.8] as const;
/** So many in a row are held back until they look like walking, then told together. */
const HELD_BACK = 3;
const MISSED = 0.08;
/** A phone that moves although nobody walks counts a step now and then. */
const PHANTOM = 0.1;
const PAUSE_MS = 2_000;

/**
 * The steps that a phone would count from its own acceleration while its owner walks through the room: some are missed,
 * some are none, and the first ones are told late. Assumed, not measured. Asked in order of time.
 */
export class CountedSteps {
  readonly #where: Whereabouts;
  readonly #chance: Chance;
  readonly #step: number;
  #at = 0;
  #x: number;
  #y: number;
  #walked = 0;
  #held = 0;
  #row = 0;
  #lastStepAt = Number.NEGATIVE_INFINITY;

  constructor(where: Whereabouts, chance: Chance) {
    this.#where = where;
    this.#chance = chance;
    this.#step = chance.between(...STEP_METRES);
    ({ x: this.#x, y: this.#y } = where.place(0));
  }

  /** Steps told since it was asked last. */
  until(at: number, moved: boolean): number {
    for (; this.#at < at; this.#at += 100) this.#walk(this.#at);
    let told = moved && this.#chance.happens(PHANTOM) ? 1 : 0;
    if (at - this.#lastStepAt > PAUSE_MS) {
      this.#row = 0;
      this.#held = 0;
    }
    if (this.#row >= HELD_BACK) {
      told += this.#held;
      this.#held = 0;
    }
    return told;
  }

  #walk(at: number): void {
    const { x, y } = this.#where.place(at);
    const carried = this.#where.carried(at);
    const walks = carried?.lies === null && this.#where.turn(at)?.walking === true;
    if (walks) this.#walked += Math.hypot(x - this.#x, y - this.#y);
    this.#x = x;
    this.#y = y;
    if (this.#walked < this.#step) return;
    this.#walked -= this.#step;
    if (at - this.#lastStepAt > PAUSE_MS) this.#row = 0;
    this.#lastStepAt = at;
    if (this.#chance.happens(MISSED)) return;
    this.#row += 1;
    this.#held += 1;
  }
}
