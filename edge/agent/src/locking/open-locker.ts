import { assertNever, milliseconds, WardkeyError } from "@wardkey/protocol";
import { type DeviceProfile, readDeviceProfile } from "./device/device-profile.js";
import { LineTarget } from "./device/line-target.js";
import { RelayTarget } from "./device/relay-target.js";
import { lockTogether } from "./lock-together.js";
import { LogindTarget } from "./logind/logind-target.js";
import { MacTarget } from "./macos/mac-target.js";
import type { Locker, LockTarget, LockTime, RelayBoard } from "./ports.js";
import { PursuingLocker } from "./pursuing-locker.js";
import { type RunCommand, runCommand } from "./run-command.js";
import { createScreenLocker } from "./screen-locker.js";
import type { Desktop, LockingSettings } from "./settings.js";
import { type Cover, OverlayTarget } from "./shared/overlay-target.js";
import { HelperTarget } from "./windows/helper-target.js";
import { sessionHelper } from "./windows/session-helper.js";

export interface LockingWorld extends LockTime {
  /** Whether the kiosk's page covers the desktop. */
  readonly cover: Cover;
  /** The board of relays with this profile, or any; `null`: this agent has no peripherals. */
  readonly relayBoard: ((which: { readonly profile?: string }) => RelayBoard) | null;
  readonly run?: RunCommand;
}

/**
 * The locker that a kiosk is configured for. Throws `device-profile-missing`, `device-profile-invalid`, and
 * `relay-board-missing` for a device behind relays without peripherals.
 */
export async function openLocker(settings: LockingSettings, world: LockingWorld): Promise<Locker> {
  const time: LockTime = { clock: world.clock, timers: world.timers };
  const screen = createScreenLocker(world.clock);
  switch (settings.kind) {
    case "screen":
      return screen;
    case "desktop": {
      const target = desktopTarget(settings.desktop, world);
      return lockTogether([screen, new PursuingLocker({ target, others: settings.others, ...time })]);
    }
    case "shared-desktop":
      return lockTogether([screen, sharedDesktop(settings, world)]);
    case "device": {
      const profile = await readDeviceProfile(settings.profileFile);
      const device = new PursuingLocker({ target: deviceTarget(profile, world), ...time });
      return lockTogether([screen, device], { staysUsable: profile.safe === "usable" });
    }
    default:
      return assertNever(settings);
  }
}

function sharedDesktop(
  { fallback, otherPerson }: Extract<LockingSettings, { kind: "shared-desktop" }>,
  world: LockingWorld,
): Locker {
  const { clock, timers, cover, run = runCommand } = world;
  const within = milliseconds(otherPerson?.withinMs ?? 0);
  const target = new OverlayTarget({
    clock,
    timers,
    cover,
    fallback: fallback === null ? null : desktopTarget(fallback, world),
    clearDesk:
      otherPerson === null
        ? null
        : async (signal) => (await run(otherPerson.command, otherPerson.args, signal, within)).ok,
  });
  return new PursuingLocker({ target, carryOutWithin: within, clock, timers });
}

function desktopTarget(desktop: Desktop, { clock, timers, run = runCommand }: LockingWorld): LockTarget {
  const time: LockTime = { clock, timers };
  switch (desktop.system) {
    case "logind":
      return new LogindTarget(desktop, time);
    case "windows":
      return new HelperTarget(sessionHelper(), time);
    case "macos":
      return new MacTarget(run, time);
    default:
      return assertNever(desktop);
  }
}

function deviceTarget({ interface: by, safe, name }: DeviceProfile, world: LockingWorld): LockTarget {
  const time: LockTime = { clock: world.clock, timers: world.timers };
  if (by.kind === "lines") return new LineTarget({ by, safe, ...time });
  if (world.relayBoard === null) {
    throw new WardkeyError("relay-board-missing", `"${name}" is behind relays, and this agent has no peripherals`);
  }
  const board = world.relayBoard(by.board === undefined ? {} : { profile: by.board });
  return new RelayTarget({ board, use: by, safe, ...time });
}
