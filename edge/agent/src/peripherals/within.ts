import { type Duration, WardkeyError } from "@wardkey/protocol";
import type { Timers } from "../time.js";

/** Waits for a device, and not longer than `limit`: `device-late`. What comes later is let fall. */
export function within<T>(timers: Timers, limit: Duration, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = timers.after(limit, () => reject(new WardkeyError("device-late", "a device did not answer")));
    work.then(resolve, reject).finally(cancel);
  });
}
