import type { Instant } from "./units.js";

/** Wall time and monotonic time, from outside, so that a test can move both. */
export interface Clock {
  /** Wall time: for what is signed or shown. */
  now(): Instant;
  /** Monotonic milliseconds since an arbitrary start: for every deadline. A clock turned back extends nothing. */
  monotonic(): number;
}
