import type { Metres } from "@wardkey/protocol";
import { distanceAt, evidenceAt } from "./distance.js";
import { StrengthWindow } from "./strength-window.js";
import type { PresenceTuning } from "./tuning.js";

/** What one advertisement, or a while without any, changed about a phone. */
export type TrackChange =
  | { type: "approaching"; evidence: number }
  | { type: "near"; guessed?: true }
  | { type: "gone" };

const READINGS_KEPT = 24;
// A phone advertises each 100 ms; whoever speaks oftener in its name must not push its history out of the ring.
const SHORTEST_GAP_MS = 20;
const APPROACH_REPEAT_MS = 250;
const APPROACH_STEP = 0.05;
const FAST_WINDOW_MS = 1_000;
const SLOW_WINDOW_MS = 1_500;
const FAST_READINGS = 3;
const SLOW_READINGS = 7;
const TREND_READINGS = 8;
const TREND_AHEAD_MS = 150;
const TREND_MOST_DB = 2;
const STILL_BACK_MS = { from: 1_500, to: 1_100 };
const STILL_RECENT_MS = 300;
const STILL_DB = 2.5;
const STILL_READINGS = 12;

/**
 * Where one phone seems to be, by its advertisements alone: quick to believe that it comes nearer, slow to believe that
 * it goes away. A phone that has stopped is also tried with a body in between, for most of them are in pockets.
 */
export class PhoneTrack {
  readonly #tuning: PresenceTuning;
  readonly #readings = new StrengthWindow(READINGS_KEPT);
  #heardAt = Number.NEGATIVE_INFINITY;
  #near = false;
  #allowance = 0;
  #toldAt = Number.NEGATIVE_INFINITY;
  #toldEvidence = 0;

  constructor(tuning: PresenceTuning) {
    this.#tuning = tuning;
  }

  get near(): boolean {
    return this.#near;
  }

  get heardAt(): number {
    return this.#heardAt;
  }

  /** Estimated distance at monotonic `at`; infinite when nothing was heard for a while. */
  distance(at: number): number {
    const strength = this.#readings.median(SLOW_READINGS, at - SLOW_WINDOW_MS);
    return strength === undefined ? Number.POSITIVE_INFINITY : distanceAt(strength + this.#allowance, this.#tuning);
  }

  /** Takes one advertisement heard at monotonic `at`. */
  heard(strength: number, at: number): TrackChange | undefined {
    if (at - this.#heardAt < SHORTEST_GAP_MS) return undefined;
    this.#heardAt = at;
    this.#readings.add(strength, at);
    return this.#near ? this.#stillNear(at) : this.#approach(at);
  }

  /**
   * Somebody stands before the screen, so this phone may be theirs although it is weak, unless it seems beyond `line` or goes
   * elsewhere: it counts as within arm's reach.
   */
  beckon(at: number, line: Metres): TrackChange | undefined {
    const distance = this.distance(at);
    if (this.#near || distance > line || !this.#standsStill(at)) return undefined;
    const nearer =
      distance <= this.#tuning.nearLine ? 0 : 10 * this.#tuning.exponent * Math.log10(distance / this.#tuning.nearLine);
    return this.#nearNow(nearer);
  }

  /** Says once that a phone which was near has fallen silent. */
  tick(at: number): TrackChange | undefined {
    return this.silent(at) && this.#near ? this.#goneNow() : undefined;
  }

  silent(at: number): boolean {
    return at - this.#heardAt > this.#tuning.silence;
  }

  #approach(at: number): TrackChange | undefined {
    if (this.#readings.held < 2) return undefined;
    const fast = this.#soon(at);
    if (fast === undefined) return undefined;
    const distance = distanceAt(fast, this.#tuning);
    if (distance <= this.#tuning.nearLine) return this.#nearNow(0);
    const slow = this.#readings.median(STILL_READINGS, at - SLOW_WINDOW_MS) ?? fast;
    const pocketed = distanceAt(slow + this.#tuning.bodyLoss, this.#tuning);
    if (pocketed <= this.#tuning.pocketLine && this.#standsStill(at)) return this.#nearNow(this.#tuning.bodyLoss);
    return this.#tell(evidenceAt(distance, this.#tuning), at);
  }

  /**
   * The median of the last readings lags behind somebody who walks up; where the strength rises it is taken a moment
   * ahead instead, though never far from the median, for a few strong readings are no approach.
   */
  #soon(at: number): number | undefined {
    const median = this.#readings.median(FAST_READINGS, at - FAST_WINDOW_MS);
    const ahead = this.#readings.rising(TREND_READINGS, at - FAST_WINDOW_MS, at + TREND_AHEAD_MS);
    if (median === undefined || ahead === undefined) return median;
    return Math.max(median, Math.min(ahead, median + TREND_MOST_DB));
  }

  #stillNear(at: number): TrackChange | undefined {
    return this.distance(at) > this.#tuning.leaveLine ? this.#goneNow() : undefined;
  }

  #standsStill(at: number): boolean {
    const recent = this.#readings.median(FAST_READINGS, at - STILL_RECENT_MS);
    const earlier = this.#readings.median(FAST_READINGS, at - STILL_BACK_MS.from, at - STILL_BACK_MS.to);
    return recent !== undefined && earlier !== undefined && Math.abs(recent - earlier) < STILL_DB;
  }

  #nearNow(allowance: number): TrackChange {
    this.#near = true;
    this.#allowance = allowance;
    return { type: "near" };
  }

  #goneNow(): TrackChange {
    this.#near = false;
    this.#allowance = 0;
    this.#toldEvidence = 0;
    return { type: "gone" };
  }

  #tell(evidence: number, at: number): TrackChange | undefined {
    if (evidence < this.#toldEvidence) this.#toldEvidence = evidence;
    const grown = evidence - this.#toldEvidence >= APPROACH_STEP;
    if (!grown || at - this.#toldAt < APPROACH_REPEAT_MS) return undefined;
    this.#toldAt = at;
    this.#toldEvidence = evidence;
    return { type: "approaching", evidence };
  }
}
