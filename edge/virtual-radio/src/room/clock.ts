/** Stops a scheduled task; harmless when it has already run. */
export type Cancel = () => void;

/** Time as the room sees it. Milliseconds, monotonic, from an arbitrary start. */
export interface Clock {
  now(): number;
  schedule(delayMs: number, task: () => void): Cancel;
}

/** The machine's own monotonic clock. */
export function createSystemClock(): Clock {
  return {
    now: () => performance.now(),
    schedule(delayMs, task) {
      // Node cuts fractions off: rounded up, a task never runs before its time.
      const timer = setTimeout(task, Math.max(0, Math.ceil(delayMs)));
      return () => clearTimeout(timer);
    },
  };
}
