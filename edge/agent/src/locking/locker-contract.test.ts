import { milliseconds } from "@wardkey/protocol";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock, systemTimers } from "../time.js";
import { LineTarget } from "./device/line-target.js";
import { RelayTarget } from "./device/relay-target.js";
import { lockTogether } from "./lock-together.js";
import { LogindTarget } from "./logind/logind-target.js";
import { MacTarget } from "./macos/mac-target.js";
import type { Locker, LockTarget } from "./ports.js";
import { PursuingLocker } from "./pursuing-locker.js";
import { RecordedLocker } from "./recorded-locker.js";
import { createScreenLocker } from "./screen-locker.js";
import { OverlayTarget } from "./shared/overlay-target.js";
import { PrivateBus } from "./testing/private-bus.js";
import { simulatedHelper } from "./testing/simulated-helper.js";
import { SimulatedLineDevice } from "./testing/simulated-line-device.js";
import { SimulatedLogind } from "./testing/simulated-logind.js";
import { SimulatedMac } from "./testing/simulated-mac.js";
import { SimulatedRelayBoard } from "./testing/simulated-relay-board.js";
import { until } from "./testing/until.js";
import { HelperTarget } from "./windows/helper-target.js";

const time = { clock: systemClock, timers: systemTimers };

interface Subject {
  readonly locker: Locker;
  /** What the thing behind it is; a locker without one stands for itself. */
  readonly locked: () => boolean;
  readonly close: () => Promise<void>;
}

const nothing = async (): Promise<void> => {};
const pursue = (target: LockTarget): Locker => new PursuingLocker({ target, ...time });
const itself = (locker: Locker): Subject => ({ locker, locked: () => locker.locked, close: nothing });

async function onLogind(): Promise<Subject> {
  const bus = await PrivateBus.start();
  const logind = await SimulatedLogind.start(bus.address);
  const desktop = logind.add({ id: "2", active: true });
  const target = new LogindTarget({ seat: "seat0", confirms: true, address: bus.address }, time);
  const close = async (): Promise<void> => {
    logind.stop();
    await bus.stop();
  };
  return { locker: pursue(target), locked: () => desktop.locked, close };
}

function behindHeldRelay(): Subject {
  const board = new SimulatedRelayBoard();
  const use = { kind: "relay", use: "hold", channel: 1, on: "usable" } as const;
  const target = new RelayTarget({ board, use, safe: "locked", ...time });
  return { locker: pursue(target), locked: () => !board.isOn(1), close: nothing };
}

function behindPulsedRelays(): Subject {
  const board = new SimulatedRelayBoard();
  const pulse = { lock: { channel: 1, ms: 20 }, unlock: { channel: 2, ms: 20 } };
  const target = new RelayTarget({ board, use: { kind: "relay", use: "pulse", ...pulse }, safe: "locked", ...time });
  const locked = (): boolean => board.orders.findLast((order) => order.endsWith("on")) !== "2 on";
  return { locker: pursue(target), locked, close: nothing };
}

async function overLines(): Promise<Subject> {
  const device = await SimulatedLineDevice.start();
  const target = new LineTarget({ by: device.interface, safe: "locked", ...time });
  return { locker: pursue(target), locked: () => device.locked, close: () => device.stop() };
}

function sharedDesktop(): Subject {
  const cover = { covered: true, askableSince: 0, on: () => () => {}, confirm: async () => true };
  const screen = createScreenLocker(systemClock);
  const overlay = new OverlayTarget({ cover, fallback: null, clearDesk: async () => true, ...time });
  const shared = new PursuingLocker({ target: overlay, carryOutWithin: milliseconds(3_000), ...time });
  return itself(lockTogether([screen, shared]));
}

function onMac(): Subject {
  const mac = new SimulatedMac();
  const target = new MacTarget(mac.run, time);
  return { locker: pursue(target), locked: () => mac.locked, close: nothing };
}

function onWindows(): Subject {
  const target = new HelperTarget(simulatedHelper(), time);
  let locked = false;
  target.on((event) => {
    if (event.type === "locked") locked = true;
  });
  return { locker: pursue(target), locked: () => locked, close: nothing };
}

const opening: [string, () => Promise<Subject> | Subject][] = [
  ["the kiosk's screen", () => itself(createScreenLocker(systemClock))],
  ["the recorded locker", () => itself(new RecordedLocker(systemClock))],
  ["a Linux desktop under a simulated logind", onLogind],
  ["a shared desktop under the page", sharedDesktop],
  ["a device behind a relay that is held", behindHeldRelay],
  ["a device behind relays that are pulsed", behindPulsedRelays],
  ["a device with an interface of its own", overLines],
];
const lockingAlone: [string, () => Promise<Subject> | Subject][] = [
  ["a simulated Windows session", onWindows],
  ["a simulated Mac", onMac],
];

let subject: Subject;
afterEach(async () => {
  await subject.locker.stop();
  await subject.close();
});

const grant = (ms = 20_000) => ({ staffId: "anna", freshUntil: systemClock.monotonic() + ms });

async function started(open: () => Promise<Subject> | Subject): Promise<Locker> {
  subject = await open();
  const { locker } = subject;
  locker.lock();
  await locker.start();
  await until(subject.locked);
  return locker;
}

describe.each([...opening, ...lockingAlone])("%s", (_name, open) => {
  it("is locked from the start, and after every lock, however often it is asked", async () => {
    const locker = await started(open);
    expect(locker.locked).toBe(true);
    locker.lock();
    locker.lock();
    expect(locker.locked).toBe(true);
    await until(subject.locked);
  });

  it("does nothing on a grant that has grown old", async () => {
    const locker = await started(open);
    locker.unlock(grant(0));
    await new Promise((resume) => setTimeout(resume, 30));
    expect([locker.locked, subject.locked()]).toEqual([true, true]);
  });

  it("is locked in the end when a lock overtakes an unlock", async () => {
    const locker = await started(open);
    locker.unlock(grant());
    locker.lock();
    expect(locker.locked).toBe(true);
    await until(subject.locked);
    await locker.stop();
    expect([locker.locked, subject.locked()]).toEqual([true, true]);
  });
});

describe.each(opening)("%s", (_name, open) => {
  it("opens on a fresh grant, says so, and is locked when the agent stops", async () => {
    const locker = await started(open);
    const turns: boolean[] = [];
    locker.on((event) => {
      if (event.type === "turned") turns.push(event.locked);
    });
    locker.unlock(grant());
    await until(() => !locker.locked);
    expect(subject.locked()).toBe(false);
    await locker.stop();
    expect([locker.locked, subject.locked(), turns]).toEqual([true, true, [false, true]]);
  });
});

describe.each(lockingAlone)("%s", (_name, open) => {
  it("leaves the unlock to the person at the system's own prompt, and says so", async () => {
    const locker = await started(open);
    const troubles: unknown[] = [];
    locker.on((event) => {
      if (event.type === "trouble") troubles.push(event.code);
    });
    locker.unlock(grant());
    await until(() => !locker.locked);
    expect(troubles).toEqual(["unlock-elsewhere"]);
  });
});
