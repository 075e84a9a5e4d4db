const REMEMBERED = 1_024;
const WINDOW_MS = 10_000;
const RECURRENCES = 3;
const DUPLICATES_OF = 24;
const MOST_DUPLICATES = 18;
const INTERVALS = 48;
// Of the mean interval: exposure, USB and the scheduler spread the frames of a sensor by a hundred times as much.
const LEAST_JITTER = 0.0005;

/** What one frame says about where it came from. */
export interface FrameOrigin {
  /** Monotonic ms at which it came. */
  readonly at: number;
  /** The same for frames that show the very same picture. */
  readonly signature: string;
  readonly width: number;
  readonly height: number;
}

export type InjectionSign = "looped" | "duplicated" | "too-regular" | "format-changed";

/**
 * Signs that frames do not come from a sensor: a picture that comes back after others did, for no two pictures of a sensor
 * have the same noise; the same picture most of the time; a clockwork between frames; another size in the middle of the
 * stream. It finds who plays a file without care, not who adds noise to it: the allow-list of cameras stands before it.
 */
export class InjectionWatch {
  readonly #seen = new Set<string>();
  #recurredAt: number[] = [];
  #last: FrameOrigin | undefined;
  #same: boolean[] = [];
  #intervals: number[] = [];
  #changedAt = Number.NEGATIVE_INFINITY;

  see(frame: FrameOrigin): InjectionSign | undefined {
    const last = this.#last;
    this.#last = frame;
    if (last !== undefined) {
      const same = last.signature === frame.signature;
      this.#same = [...this.#same, same].slice(-DUPLICATES_OF);
      this.#intervals = [...this.#intervals, frame.at - last.at].slice(-INTERVALS);
      if (!same && this.#seen.has(frame.signature)) this.#recurredAt.push(frame.at);
      if (last.width !== frame.width || last.height !== frame.height) this.#changedAt = frame.at;
    }
    this.#remember(frame.signature);
    return this.#judge(frame.at);
  }

  /** The stream ended or begins anew. */
  reset(): void {
    this.#seen.clear();
    this.#recurredAt = [];
    this.#last = undefined;
    this.#same = [];
    this.#intervals = [];
    this.#changedAt = Number.NEGATIVE_INFINITY;
  }

  #remember(signature: string): void {
    this.#seen.delete(signature);
    this.#seen.add(signature);
    const [oldest] = this.#seen;
    if (this.#seen.size > REMEMBERED && oldest !== undefined) this.#seen.delete(oldest);
  }

  #judge(at: number): InjectionSign | undefined {
    this.#recurredAt = this.#recurredAt.filter((each) => at - each < WINDOW_MS);
    if (at - this.#changedAt < WINDOW_MS) return "format-changed";
    if (this.#recurredAt.length >= RECURRENCES) return "looped";
    if (this.#same.filter((same) => same).length > MOST_DUPLICATES) return "duplicated";
    return this.#isClockwork() ? "too-regular" : undefined;
  }

  #isClockwork(): boolean {
    if (this.#intervals.length < INTERVALS) return false;
    const mean = this.#intervals.reduce((sum, each) => sum + each, 0) / INTERVALS;
    const spread = this.#intervals.reduce((sum, each) => sum + (each - mean) ** 2, 0) / INTERVALS;
    return Math.sqrt(spread) < mean * LEAST_JITTER;
  }
}
