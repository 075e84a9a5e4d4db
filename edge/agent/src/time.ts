import { performance } from "node:perf_hooks";
import { type Clock, type Duration, instant } from "@wardkey/protocol";

/** Wakes somebody later; from outside, so that a test can move time. */
export interface Timers {
  /** Runs `wake` once after `delay`; the answer cancels it. */
  after(delay: Duration, wake: () => void): () => void;
}

/** The system's wall and monotonic time. */
export const systemClock: Clock = {
  now: () => instant(Date.now()),
  monotonic: () => performance.now(),
};

/** The system's timers. They keep no process alive by themselves. */
export const systemTimers: Timers = {
  after: (delay, wake) => {
    const handle = setTimeout(wake, Math.max(0, delay));
    handle.unref();
    return () => clearTimeout(handle);
  },
};
