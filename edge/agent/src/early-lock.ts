import type { Clock } from "@wardkey/protocol";
import type { AgentConfig } from "./config.js";
import { type Locker, type LockTrouble, openLocker, PageCover } from "./locking/index.js";
import { type Devices, openDevices } from "./open-devices.js";
import type { Timers } from "./time.js";
import type { AgentWorld } from "./world.js";

/** What is locked, before anything else of an agent is there. */
export interface EarlyLock {
  readonly locker: Locker;
  readonly cover: PageCover;
  readonly devices: Devices | null;
  /** What the locker noticed before anybody listened; from now on it is remembered no more. */
  troublesSoFar(): readonly LockTrouble[];
  /** What is locked only by an agent that came up: the locker, where it was not started yet, and the devices. */
  startRest(): Promise<void>;
  /**
   * Locks, waits for that within bounds, and lets go of it and then, also where that fails, of the devices; once, however
   * often it is asked.
   */
  stop(): Promise<void>;
}

/**
 * Locks by the configuration alone. What an agent needs beside it (journal, site, screen) may take its time or never come: the
 * kiosk is locked meanwhile, and stays so when the start fails. A device that has to stay usable is not touched by an agent
 * that cannot serve anybody. Throws what `openLocker` throws.
 */
export async function lockEarly(input: {
  readonly config: AgentConfig;
  readonly world: Pick<AgentWorld, "hid" | "locker">;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: (event: { code: string }) => void;
}): Promise<EarlyLock> {
  const { config, world, clock, timers, log } = input;
  const devices = await openDevices({ config, bus: world.hid, clock, timers, log });
  const cover = new PageCover();
  const locking = config.locking ?? { kind: "screen" as const };
  const relayBoard = devices?.relay ?? null;
  const locker = world.locker ?? (await openLocker(locking, { clock, timers, cover, relayBoard }));
  const troubles: LockTrouble[] = [];
  const deaf = locker.on((event) => {
    if (event.type === "trouble" && event.code !== null) troubles.push(event.code);
  });
  const start = async (): Promise<void> => {
    // The board of a device's relays is among what is looked for.
    if (locking.kind === "device") devices?.start();
    await locker.start();
  };
  const early = locker.staysUsable !== true;
  if (early) await start();
  let stopping: Promise<void> | null = null;
  return {
    locker,
    cover,
    devices,
    troublesSoFar: () => {
      deaf();
      return troubles;
    },
    startRest: async () => {
      if (!early) await start();
      devices?.start();
    },
    stop: () => {
      stopping ??= locker.stop().finally(() => devices?.stop());
      return stopping;
    },
  };
}
