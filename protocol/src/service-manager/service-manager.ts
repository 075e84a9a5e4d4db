/** What a service tells systemd, in words of sd_notify(3). */
export interface ServiceManager {
  /** It serves, unless it stops already. From here on it also says each now and then that it is alive, if systemd watches it. */
  ready(): void;
  /** It stops in order: the watchdog does not count any more. */
  stopping(): void;
}

/** Hands lines such as `READY=1` to systemd. `false`: it did not arrive. */
export type Notify = (lines: readonly string[]) => Promise<boolean>;

export interface ServiceManagerInput {
  /** `WATCHDOG_USEC` and `WATCHDOG_PID`, as sd_watchdog_enabled(3) reads them. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  /** `null` where nobody listens. */
  readonly notify: Notify | null;
  /** Calls `beat` again and again until the answer is called; keeps no process alive. */
  readonly every: (ms: number, beat: () => void) => () => void;
}

/** How often within the time that systemd allows; three, so that two may get lost. */
const BEATS_IN_TIME = 3;

/**
 * The service manager above this process. The beat comes from the event loop of the service itself: one that hangs does
 * not beat, and systemd ends it and starts it anew. Where nobody listens, nothing happens.
 */
export function serviceManager({ env, pid, notify, every }: ServiceManagerInput): ServiceManager {
  const allowed = watchedFor(env, pid);
  let still: (() => void) | null = null;
  let under = false;
  const beat = (): void => {
    if (under || notify === null) return;
    under = true;
    void notify(["WATCHDOG=1"]).finally(() => {
      under = false;
    });
  };
  return {
    ready: () => {
      if (notify === null || still !== null) return;
      void notify(["READY=1"]);
      still = allowed === null ? () => {} : every(allowed / BEATS_IN_TIME, beat);
    },
    stopping: () => {
      still?.();
      // One that was told to stop while it started may come up all the same: it must not be taken for one that serves.
      still = () => {};
      if (notify !== null) void notify(["STOPPING=1"]);
    },
  };
}

/** In milliseconds; `null` when this process is not the one that is watched. */
function watchedFor(env: ServiceManagerInput["env"], pid: number): number | null {
  const { WATCHDOG_USEC: microseconds = "", WATCHDOG_PID: watched } = env;
  if (!/^[1-9]\d{0,15}$/.test(microseconds)) return null;
  return watched === undefined || watched === String(pid) ? Number(microseconds) / 1_000 : null;
}
