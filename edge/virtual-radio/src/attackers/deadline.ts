import type { Clock } from "../room/clock.js";

/** Waits for something that a listener will tell; undefined when the time is over first. */
export function waitAtMost<T>(
  clock: Clock,
  milliseconds: number,
  listen: (tell: (value: T) => void) => () => void,
): Promise<T | undefined> {
  return new Promise((resolve) => {
    let stop = (): void => {};
    const cancel = clock.schedule(milliseconds, () => {
      stop();
      resolve(undefined);
    });
    stop = listen((value) => {
      cancel();
      stop();
      resolve(value);
    });
  });
}
