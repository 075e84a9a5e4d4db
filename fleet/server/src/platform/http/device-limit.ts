import type { Clock, Duration } from "@wardkey/protocol";

export interface DeviceLimit {
  /** 0 when the call may go on, else the milliseconds until it may. */
  take(device: string): number;
}

/** So many calls by each device in windows of this length, which begin with its first call. */
export function createDeviceLimit(parts: {
  calls: number;
  within: Duration;
  clock: Pick<Clock, "monotonic">;
}): DeviceLimit {
  // Only admitted devices come here, so that the site's registry bounds it.
  const windows = new Map<string, { until: number; calls: number }>();
  return {
    take(device) {
      const at = parts.clock.monotonic();
      const window = windows.get(device);
      if (window === undefined || at >= window.until) {
        windows.set(device, { until: at + parts.within, calls: 1 });
        return 0;
      }
      window.calls += 1;
      return window.calls <= parts.calls ? 0 : Math.max(1, Math.ceil(window.until - at));
    },
  };
}
