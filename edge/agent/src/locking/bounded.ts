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

/**
 * Resolves after `delay`, or at once when one of the signals is or becomes aborted. (`AbortSignal.any` would leave something
 * behind on a signal that lives long, with each pause.)
 */
export function pause(delay: Duration, time: LockTime, ...signals: readonly AbortSignal[]): Promise<void> {
  if (signals.some((signal) => signal.aborted)) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      for (const signal of signals) signal.removeEventListener("abort", end);
      resolve();
    };
    const cancel = time.timers.after(delay, end);
    for (const signal of signals) signal.addEventListener("abort", end, { once: true });
  });
}
