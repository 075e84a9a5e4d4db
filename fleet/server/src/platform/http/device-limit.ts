import type { Clock } from "@wardkey/protocol";

const MINUTE = 60_000;

/** Calls a minute by each device, in windows that begin with its first call. */
export function createDeviceLimit(
  callsPerMinute: number,
  clock: Pick<Clock, "monotonic">,
): {
  /** 0 when the call may go on, else the milliseconds until it may. */
  take(device: string): number;
} {
  // Only admitted devices come here, so that the site's registry bounds it.
  const windows = new Map<string, { until: number; calls: number }>();
  return {
    take(device) {
      const at = clock.monotonic();
      const window = windows.get(device);
      if (window === undefined || at >= window.until) {
        windows.set(device, { until: at + MINUTE, calls: 1 });
        return 0;
      }
      window.calls += 1;
      return window.calls <= callsPerMinute ? 0 : Math.max(1, Math.ceil(window.until - at));
    },
  };
}
