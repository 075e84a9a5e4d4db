/** Strength readings of the last so many milliseconds. */
export class Recent {
  readonly #ms: number;
  #readings: { at: number; rssi: number }[] = [];

  constructor(ms: number) {
    this.#ms = ms;
  }

  add(at: number, rssi: number): void {
    this.#readings.push({ at, rssi });
  }

  /** Mean of what is recent at `at`; `null`: nothing is. */
  mean(at: number): number | null {
    const [first] = this.#readings;
    if (first !== undefined && first.at < at - this.#ms) {
      this.#readings = this.#readings.filter((each) => each.at >= at - this.#ms);
    }
    if (this.#readings.length === 0) return null;
    return this.#readings.reduce((sum, each) => sum + each.rssi, 0) / this.#readings.length;
  }

  clear(): void {
    this.#readings = [];
  }
}
