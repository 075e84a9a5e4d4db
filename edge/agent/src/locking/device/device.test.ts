import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SimulatedTime } from "../../testing/simulated-time.js";
import { systemClock, systemTimers } from "../../time.js";
import type { LockerEvent, LockTime } from "../ports.js";
import { PursuingLocker } from "../pursuing-locker.js";
import { SimulatedLineDevice } from "../testing/simulated-line-device.js";
import { SimulatedRelayBoard } from "../testing/simulated-relay-board.js";
import { until } from "../testing/until.js";
import { DeviceProfile, type RelayUse, readDeviceProfile } from "./device-profile.js";
import { LineTarget } from "./line-target.js";
import { RelayTarget } from "./relay-target.js";

const held = { kind: "relay", use: "hold", channel: 1, on: "usable" } as const;
const pulsed = {
  kind: "relay",
  use: "pulse",
  lock: { channel: 1, ms: 300 },
  unlock: { channel: 2, ms: 300 },
} as const;

const profile = (more: object) => ({ schema: "wardkey.locked-device/1", name: "A pump", safe: "locked", ...more });

describe("a device's profile", () => {
  it.each([
    ["a relay that is held", { interface: held }],
    ["relays that are pulsed", { interface: pulsed }],
    ["a device that must stay usable", { safe: "usable", interface: { ...held, on: "locked" } }],
    [
      "an interface of its own",
      {
        interface: {
          kind: "lines",
          host: "127.0.0.1",
          port: 4_001,
          lock: { say: "LOCK", expect: "OK" },
          unlock: { say: "OPEN", expect: "OK" },
        },
      },
    ],
  ])("may be %s", (_what, more) => {
    expect(DeviceProfile.safeParse(profile(more)).success).toBe(true);
  });

  it.each([
    ["whose relay, without power, is not what is safe", { safe: "usable", interface: held }],
    ["with one relay for both", { interface: { ...pulsed, unlock: pulsed.lock } }],
    ["with a name in place of an address", { interface: { kind: "lines", host: "pump.example", port: 1 } }],
    ["that does not say what is safe", { safe: undefined, interface: held }],
    ["with anything more", { interface: held, script: "rm" }],
  ])("is refused: one %s", (_what, more) => {
    expect(DeviceProfile.safeParse(profile(more)).success).toBe(false);
  });

  it("is read from a file, or refused with what is wrong in it", async () => {
    const folder = await mkdtemp(join(tmpdir(), "wardkey-device-"));
    const file = join(folder, "pump.json");
    await writeFile(file, JSON.stringify(profile({ interface: held })));
    expect(await readDeviceProfile(file)).toEqual(profile({ interface: held }));
    await writeFile(file, "{");
    await expect(readDeviceProfile(file)).rejects.toMatchObject({ code: "device-profile-invalid" });
    await expect(readDeviceProfile(join(folder, "other"))).rejects.toMatchObject({ code: "device-profile-missing" });
    await rm(folder, { recursive: true });
  });
});

describe("a device behind a board of relays", () => {
  let time: SimulatedTime;
  let board: SimulatedRelayBoard;
  let locker: PursuingLocker;
  let heard: LockerEvent[];

  async function open(use: RelayUse, safe: "locked" | "usable"): Promise<void> {
    time = new SimulatedTime();
    const at: LockTime = { clock: time, timers: time };
    board = new SimulatedRelayBoard();
    locker = new PursuingLocker({ target: new RelayTarget({ board, use, safe, ...at }), ...at });
    heard = [];
    locker.on((event) => {
      if (event.type !== "turned") heard.push(event);
    });
    await locker.start();
    await time.advance(1_000);
    locker.unlock({ staffId: "anna", freshUntil: time.monotonic() + 1_000 });
    await time.advance(1_000);
    expect(locker.locked).toBe(false);
  }

  it("is locked when the board loses its power, and so is the session", async () => {
    await open(held, "locked");
    expect(board.isOn(1)).toBe(true);
    board.plug(false);
    expect([locker.locked, board.isOn(1)]).toEqual([true, false]);
    expect(heard).toContainEqual({ type: "locked-elsewhere" });
    board.plug(true);
    await time.advance(0);
    expect([locker.locked, board.isOn(1)]).toEqual([true, false]);
  });

  it("that must stay usable is usable without power and when the agent lets go, and its session goes on", async () => {
    await open({ ...held, on: "locked" }, "usable");
    board.plug(false);
    board.plug(true);
    await time.advance(0);
    expect([locker.locked, board.isOn(1)]).toEqual([false, false]);
    locker.lock();
    await time.advance(0);
    expect(board.isOn(1)).toBe(true);
    await locker.stop();
    expect([locker.locked, board.isOn(1)]).toEqual([true, false]);
  });

  it("is pulsed: one relay at a time, each let go again, and a lock cuts an unlock short", async () => {
    await open(pulsed, "locked");
    board.orders.length = 0;
    locker.lock();
    await time.advance(1_000);
    locker.unlock({ staffId: "anna", freshUntil: time.monotonic() + 1_000 });
    await time.advance(100);
    locker.lock();
    await time.advance(2_000);
    expect(board.orders.slice(0, 6)).toEqual(["1 on", "1 off", "2 on", "2 off", "1 on", "1 off"]);
    expect([board.together, board.channelsOn.size, locker.locked]).toEqual([1, 0, true]);
    expect(board.orders.slice(6)).not.toContain("2 on");
  });

  it("whose board fails is tried again until it is locked", async () => {
    await open(held, "locked");
    board.broken = true;
    locker.lock();
    await time.advance(3_000);
    expect([locker.locked, board.isOn(1), heard]).toEqual([true, true, [{ type: "trouble", code: "lock-failed" }]]);
    board.broken = false;
    await time.advance(5_000);
    expect(board.isOn(1)).toBe(false);
  });
});

describe("a device with an interface of its own", () => {
  const time = { clock: systemClock, timers: systemTimers };
  let device: SimulatedLineDevice;
  let locker: PursuingLocker;
  let heard: LockerEvent[];

  beforeEach(async () => {
    device = await SimulatedLineDevice.start();
    locker = new PursuingLocker({ target: new LineTarget({ by: device.interface, safe: "locked", ...time }), ...time });
    heard = [];
    locker.on((event) => heard.push(event));
    await locker.start();
    await until(() => device.locked);
  });
  afterEach(async () => {
    await locker.stop();
    await device.stop();
  });

  const grant = () => ({ staffId: "anna", freshUntil: time.clock.monotonic() + 20_000 });

  it("that answers something else than it should is not believed to be locked", async () => {
    device.answers.push("ERROR 5", "OK LOCKED AND MORE");
    device.locked = false;
    locker.lock();
    await until(
      () => device.locked,
      () => heard,
    );
    expect(heard).toContainEqual({ type: "trouble", code: "lock-refused" });
  });

  it("that is opened at its own panel is locked again, and locked there ends the session", async () => {
    device.locked = false;
    await until(
      () => device.locked,
      () => heard,
    );
    expect(heard).toContainEqual({ type: "trouble", code: "unlocked-by-other" });
    locker.unlock(grant());
    await until(
      () => !locker.locked,
      () => heard,
    );
    device.locked = true;
    await until(
      () => locker.locked,
      () => heard,
    );
    expect(heard).toContainEqual({ type: "locked-elsewhere" });
  });
});
