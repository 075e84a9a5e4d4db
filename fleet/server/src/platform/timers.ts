import type { Duration } from "@wardkey/protocol";

/** Waiting, from outside, so that a test moves it. */
export interface Timers {
  /** Calls `act` once after `delay`; answers how to call it off. */
  after(delay: Duration, act: () => void): () => void;
}

/**
 * Does something again and again, each time so long after the last has ended; a failure is told and ends nothing. Answers
 * "stop", which waits for what is under way: nothing begins after it, on a database that is closed next.
 */
export function repeat(parts: {
  readonly timers: Timers;
  readonly every: Duration;
  run(): Promise<unknown>;
  failed(error: unknown): void;
}): () => Promise<void> {
  const { timers, every } = parts;
  let cancel = (): void => {};
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  const round = async (): Promise<void> => {
    try {
      await parts.run();
    } catch (error) {
      parts.failed(error);
    }
    if (!stopped) next();
  };
  const next = (): void => {
    cancel = timers.after(every, () => {
      running = round();
    });
  };
  next();
  return async () => {
    stopped = true;
    cancel();
    await running;
  };
}
