import type { Timers } from "./time.js";
import type { SiteLink } from "./uplink/index.js";

/**
 * Calls `ended` at the moment at which the lease has run out: a kiosk that its site does not reach hears of nothing else
 * that would make it look. Answers "stop".
 */
export function watchLease(parts: {
  readonly site: Pick<SiteLink, "leaseLeft" | "onChange">;
  readonly timers: Timers;
  readonly ended: () => void;
}): () => void {
  const { site, timers, ended } = parts;
  let cancel = (): void => {};
  const wait = (): void => {
    cancel();
    const left = site.leaseLeft();
    cancel = left <= 0 ? () => {} : timers.after(left, over);
  };
  const over = (): void => {
    // By the site's own time it may not be over yet.
    wait();
    ended();
  };
  const off = site.onChange(wait);
  wait();
  return () => {
    off();
    cancel();
  };
}
