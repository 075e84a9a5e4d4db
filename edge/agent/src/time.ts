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

/** Node wakes at once whoever asks for more. */
const LONGEST_MS = 2 ** 31 - 1;

/** The system's timers: never early by the monotonic clock, however long the delay. They keep no process alive by themselves. */
export const systemTimers: Timers = {
  after: (delay, wake) => {
    const due = performance.now() + delay;
    let handle: NodeJS.Timeout;
    const wait = (left: number): void => {
      handle = setTimeout(look, Math.min(LONGEST_MS, Math.max(0, Math.ceil(left)))).unref();
    };
    // Node counts whole milliseconds of a clock of its own: whoever compares with a deadline would find it not yet passed.
    const look = (): void => {
      const left = due - performance.now();
      if (left > 0) wait(left);
      else wake();
    };
    wait(delay);
    return () => clearTimeout(handle);
  },
};
