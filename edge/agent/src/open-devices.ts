import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { bundledProfiles } from "@wardkey/firmware-profiles";
import type { Clock } from "@wardkey/protocol";
import type { AgentConfig } from "./config.js";
import type { Journal } from "./journal/index.js";
import {
  createNodeHidBus,
  createSerialBus,
  type HidBus,
  Peripherals,
  ProfilesInForce,
  type RelayBoard,
  type SeenDevice,
  severalBuses,
} from "./peripherals/index.js";
import type { Timers } from "./time.js";
import { type SiteLink, writePrivate } from "./uplink/index.js";
import type { BadgeReader } from "./ways/index.js";

/** What hangs at this kiosk's USB ports, as the rest of the agent uses it. */
export interface Devices {
  readonly badges: BadgeReader;
  relay(which: { readonly profile?: string }): RelayBoard;
  seen(): readonly SeenDevice[];
  /** From now on by what the fleet signed too, as it was kept. Until then, by the profiles of this version. */
  listenTo(fleet: FleetProfiles): Promise<void>;
  /** Profiles that the fleet sent. */
  profiles(signed: string): void;
  start(): void;
  stop(): Promise<void>;
}

/** Whose profiles count, and where it is told that they do. */
export interface FleetProfiles {
  readonly site: Pick<SiteLink, "trust" | "steadyNow">;
  readonly journal: Pick<Journal, "note">;
}

/**
 * `null` where the configuration wants no peripherals: then nothing is looked for, and no native module is loaded. Needs no
 * site: a relay locks before anybody knows whom to trust.
 */
export async function openDevices(input: {
  readonly config: AgentConfig;
  readonly bus: HidBus | undefined;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: (event: { code: string }) => void;
}): Promise<Devices | null> {
  const { config, clock, timers, log } = input;
  if (config.peripherals?.kind !== "hid") return null;
  const path = join(config.dataDir, "peripheral-profiles.jws");
  const bundled = await bundledProfiles();
  const bus = input.bus ?? severalBuses([...hidBuses(log), createSerialBus()]);
  const peripherals = new Peripherals({ bus, profiles: bundled, clock, timers, log });
  let inForce: ProfilesInForce | null = null;
  return {
    badges: peripherals.badges,
    relay: (which) => peripherals.relay(which),
    seen: () => peripherals.seen(),
    async listenTo({ site, journal }) {
      inForce = await ProfilesInForce.open({
        bundled,
        file: { read: () => readFile(path, "utf8"), write: (signed) => writePrivate(path, signed) },
        trust: () => site.trust,
        at: () => site.steadyNow(),
        record: (event) => journal.note(event.kind, event.body),
        log,
      });
      peripherals.use(inForce.current());
      inForce.onChange((profiles) => peripherals.use(profiles));
    },
    profiles: (signed) => void inForce?.accept(signed),
    start: () => peripherals.start(),
    stop: () => peripherals.stop(),
  };
}

/** A system without what node-hid needs has no HID readers; its kiosk works without them and says so. */
function hidBuses(log: (event: { code: string }) => void): HidBus[] {
  try {
    return [createNodeHidBus()];
  } catch {
    log({ code: "hid-unavailable" });
    return [];
  }
}
