import type { Duration } from "@wardkey/protocol";
import { systemTimers } from "./time.js";

/**
 * Resolves when `work` has ended, however it did, or when `limit` is over: what hangs keeps nobody waiting. By the system's
 * time, whatever is simulated: it bounds what really takes time.
 */
export function atMost(limit: Duration, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      resolve();
    };
    const cancel = systemTimers.after(limit, end);
    work.then(end, end);
  });
}
