/** A bucket of permits that refills with time: `burst` at once, `perSecond` in the long run. */
export class Rate {
  readonly #perSecond: number;
  readonly #burst: number;
  #left: number;
  #at: number;

  constructor(input: { perSecond: number; burst: number; monotonic: number }) {
    this.#perSecond = input.perSecond;
    this.#burst = input.burst;
    this.#left = input.burst;
    this.#at = input.monotonic;
  }

  /** Takes one permit, if there is one. */
  take(monotonic: number): boolean {
    const refilled = this.#left + ((monotonic - this.#at) / 1_000) * this.#perSecond;
    this.#at = monotonic;
    this.#left = Math.min(this.#burst, Math.max(this.#left, refilled));
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  /** Gives one permit back: what it was taken for need not be held against anybody. */
  giveBack(): void {
    this.#left = Math.min(this.#burst, this.#left + 1);
  }
}
