import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { systemClock, systemTimers } from "../../time.js";
import type { LockerEvent } from "../ports.js";
import { PursuingLocker } from "../pursuing-locker.js";
import { RealLogind } from "../testing/real-logind.js";
import { LogindTarget } from "./logind-target.js";

const time = { clock: systemClock, timers: systemTimers };

let logind: RealLogind;
let locker: PursuingLocker;
let heard: LockerEvent[];
beforeAll(async () => {
  logind = await RealLogind.start();
});
afterAll(() => logind.stop());
afterEach(() => locker.stop());

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let round = 0; !(await holds()); round++) {
    if (round > 600) throw new Error(`never came true; heard ${JSON.stringify(heard)}`);
    await new Promise((resume) => setTimeout(resume, 50));
  }
}

async function open(): Promise<void> {
  const target = new LogindTarget({ seat: "seat0", confirms: true, address: logind.address }, time);
  locker = new PursuingLocker({ target, ...time });
  heard = [];
  locker.on((event) => heard.push(event));
  await locker.start();
  await until(() => logind.locked().then((locked) => locked === true));
}

async function comeIn(): Promise<void> {
  await open();
  locker.unlock({ staffId: "anna", freshUntil: time.clock.monotonic() + 20_000 });
  await until(async () => !locker.locked && (await logind.locked()) === false);
}

// Debian's systemd-logind itself; the desktop that it asks is simulated.
describe("the desktop of systemd-logind's session", () => {
  it("is locked when the agent starts, opens on a grant, and is locked when it stops", async () => {
    await comeIn();
    await locker.stop();
    expect(await logind.locked()).toBe(true);
  });

  it("ends the session when somebody locks it by hand, and is locked again when somebody unlocks it", async () => {
    await comeIn();
    await logind.ask("Lock");
    await until(() => locker.locked);
    expect(heard).toContainEqual({ type: "locked-elsewhere" });
    await until(() => logind.locked().then((locked) => locked === true));
    await logind.ask("Unlock");
    await until(() => heard.some((event) => event.type === "trouble" && event.code === "unlocked-by-other"));
    await until(() => logind.locked().then((locked) => locked === true));
  });

  it("is locked once logind, which was killed, is back", async () => {
    await comeIn();
    logind.restart();
    locker.lock();
    await until(() => logind.locked().then((locked) => locked === true));
    expect(locker.locked).toBe(true);
  });
});
