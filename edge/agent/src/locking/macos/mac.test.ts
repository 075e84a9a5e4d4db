import { beforeEach, describe, expect, it } from "vitest";
import { SimulatedTime } from "../../testing/simulated-time.js";
import type { LockerEvent } from "../ports.js";
import { PursuingLocker } from "../pursuing-locker.js";
import { SimulatedMac } from "../testing/simulated-mac.js";
import { MacTarget } from "./mac-target.js";

let time: SimulatedTime;
let mac: SimulatedMac;
let locker: PursuingLocker;
let heard: LockerEvent[];

beforeEach(async () => {
  time = new SimulatedTime();
  const at = { clock: time, timers: time };
  mac = new SimulatedMac();
  locker = new PursuingLocker({ target: new MacTarget(mac.run, at), ...at });
  heard = [];
  locker.on((event) => {
    if (event.type !== "turned") heard.push(event);
  });
  await locker.start();
  await time.advance(1_000);
});

const comeIn = async (): Promise<void> => {
  locker.unlock({ staffId: "anna", freshUntil: time.monotonic() + 1_000 });
  await time.advance(0);
};

// No Mac is here: the programs that are run on one are replaced, and which they are is looked at.
describe("a simulated Mac", () => {
  it("is locked by the lock screen's own call, and asked for it with nothing but the system's programs", () => {
    expect([mac.locked, new Set(mac.ran)]).toEqual([true, new Set(["/usr/bin/osascript", "/usr/sbin/ioreg"])]);
  });

  it("that takes the order and does not lock is told of, and told again", async () => {
    await comeIn();
    mac.locked = false;
    mac.obeys = false;
    await time.advance(3_000);
    locker.lock();
    await time.advance(4_000);
    expect(heard.at(-1)).toEqual({ type: "trouble", code: "lock-unconfirmed" });
    mac.obeys = true;
    await time.advance(10_000);
    expect([mac.locked, heard.at(-1)]).toEqual([true, { type: "trouble", code: null }]);
  });

  it("that the person opens at its prompt stays open, and one that nobody was let in to is locked again", async () => {
    await comeIn();
    expect(heard.at(-1)).toEqual({ type: "trouble", code: "unlock-elsewhere" });
    mac.locked = false;
    await time.advance(3_000);
    expect([mac.locked, locker.locked, heard.at(-1)]).toEqual([false, false, { type: "trouble", code: null }]);
    locker.lock();
    await time.advance(1_000);
    mac.locked = false;
    await time.advance(3_000);
    expect(mac.locked).toBe(true);
    expect(heard).toContainEqual({ type: "trouble", code: "unlocked-by-other" });
  });

  it("that is locked by hand ends the session", async () => {
    await comeIn();
    mac.locked = false;
    await time.advance(3_000);
    mac.locked = true;
    await time.advance(3_000);
    expect(heard).toContainEqual({ type: "locked-elsewhere" });
  });
});
