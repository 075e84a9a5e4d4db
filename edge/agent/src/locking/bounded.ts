import { type Duration, milliseconds } from "@wardkey/protocol";
import type { LockAnswer, LockTime, LockTrouble } from "./ports.js";

/**
 * Gives an order until `deadline` (monotonic milliseconds), or until `signal` is aborted, and no longer: an order that
 * never ends is told to end, and answered for. `settled` runs when the order itself has ended, however late.
 */
export function bounded(
  order: (signal: AbortSignal) => Promise<LockAnswer>,
  bounds: {
    readonly time: LockTime;
    readonly deadline: number;
    readonly signal: AbortSignal;
    readonly late: LockTrouble;
    readonly settled?: () => void;
  },
): Promise<LockAnswer> {
  const { time, deadline, signal, late, settled = () => {} } = bounds;
  const tooLate: LockAnswer = { ok: false, code: late };
  const left = deadline - time.clock.monotonic();
  if (left <= 0 || signal.aborted) {
    settled();
    return Promise.resolve(tooLate);
  }
  return new Promise((resolve) => {
    const abort = new AbortController();
    const end = (answer: LockAnswer): void => {
      cancel();
      signal.removeEventListener("abort", give);
      resolve(answer);
    };
    const give = (): void => {
      abort.abort();
      end(tooLate);
    };
    const cancel = time.timers.after(milliseconds(Math.ceil(left)), give);
    signal.addEventListener("abort", give, { once: true });
    void order(abort.signal)
      .catch((): LockAnswer => tooLate)
      .then((answer) => {
        settled();
        end(answer);
      });
  });
}

/** Resolves after `delay`, or at once when `signal` is or becomes aborted. */
export function pause(delay: Duration, time: LockTime, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const cancel = time.timers.after(delay, end);
    signal.addEventListener("abort", end, { once: true });
  });
}
