import { Message, sessionBus } from "@jellybrick/dbus-next";
import { milliseconds } from "@wardkey/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemClock, systemTimers } from "../../time.js";
import type { LockerEvent } from "../ports.js";
import { PursuingLocker } from "../pursuing-locker.js";
import { PrivateBus } from "../testing/private-bus.js";
import { pathOf, SimulatedLogind, type SimulatedSession } from "../testing/simulated-logind.js";
import { type LogindSettings, LogindTarget } from "./logind-target.js";

const time = { clock: systemClock, timers: systemTimers };

let bus: PrivateBus;
let logind: SimulatedLogind;
let desktop: SimulatedSession;
let locker: PursuingLocker;
let heard: LockerEvent[];

beforeAll(async () => {
  bus = await PrivateBus.start();
});
afterAll(() => bus.stop());
beforeEach(async () => {
  logind = await SimulatedLogind.start(bus.address);
  desktop = logind.add({ id: "2", active: true });
});
afterEach(async () => {
  await locker.stop();
  logind.stop();
});

/** Waits for what will be, however long a busy machine takes for it. */
async function until(holds: () => boolean): Promise<void> {
  for (let round = 0; !holds(); round++) {
    if (round > 2_000) throw new Error(`never came true; heard ${JSON.stringify(heard)}`);
    await new Promise((resume) => setTimeout(resume, 10));
  }
}

async function open(more: Partial<LogindSettings> = {}): Promise<void> {
  const target = new LogindTarget({ seat: "seat0", confirms: true, address: bus.address, ...more }, time);
  locker = new PursuingLocker({ target, ...time });
  heard = [];
  locker.on((event) => {
    if (event.type !== "turned") heard.push(event);
  });
  await locker.start();
}

const grant = () => ({ staffId: "anna", freshUntil: time.clock.monotonic() + 20_000 });
const troubles = () => heard.flatMap((event) => (event.type === "trouble" ? [event.code] : []));

async function comeIn(): Promise<void> {
  await open();
  await until(() => desktop.locked);
  locker.unlock(grant());
  await until(() => !locker.locked);
  heard.length = 0;
}

describe("a desktop under logind", () => {
  it("is locked when the agent starts, unlocked on a grant, and locked again", async () => {
    await comeIn();
    expect(desktop.locked).toBe(false);
    locker.lock();
    await until(() => desktop.locked);
    expect(new Set(desktop.asked)).toEqual(new Set(["Lock", "Unlock"]));
    expect(heard).toEqual([]);
  });

  it("is locked with all others on its seat, and unlocked alone", async () => {
    const behind = logind.add({ id: "3" });
    const elsewhere = logind.add({ id: "4", seat: "seat1" });
    const greeter = logind.add({ id: "5", of: "greeter" });
    await comeIn();
    expect([behind.locked, elsewhere.locked, greeter.locked]).toEqual([true, false, false]);
    expect([behind.asked.includes("Unlock"), elsewhere.asked, greeter.asked]).toEqual([false, [], []]);
  });

  it("is locked again at once when somebody else unlocks it", async () => {
    await open();
    await until(() => desktop.locked);
    logind.ask(desktop, "Unlock");
    await until(() => troubles().includes("unlocked-by-other") && desktop.locked);
    logind.turn(desktop, false);
    await until(() => desktop.locked);
  });

  it("is locked as soon as somebody logs in past the agent", async () => {
    await open();
    await until(() => desktop.locked);
    const late = logind.add({ id: "6" });
    logind.activate(late);
    await until(() => late.locked);
  });

  it.each<[string, (behind: SimulatedSession) => void]>([
    ["locks it by hand", () => logind.ask(desktop, "Lock")],
    ["has its screen saver lock it", () => logind.turn(desktop, true)],
    ["switches to another person's session", (behind) => logind.activate(behind)],
    ["sends the machine to sleep", () => logind.sleep(true)],
  ])("ends the session when somebody %s", async (_what, does) => {
    const behind = logind.add({ id: "3" });
    await comeIn();
    does(behind);
    await until(() => locker.locked && desktop.locked && behind.locked);
    expect(heard).toContainEqual({ type: "locked-elsewhere" });
  });

  it("tells when keyboard and pointer rest, and opens nothing by it", async () => {
    await comeIn();
    logind.rest(desktop, true);
    await until(() => heard.length > 0);
    logind.rest(desktop, false);
    await until(() => heard.length > 1);
    expect(heard).toEqual([
      { type: "input", idle: true },
      { type: "input", idle: false },
    ]);
    expect(locker.locked).toBe(false);
  });

  it("that does not say that it is locked is asked again, and told of", async () => {
    desktop.obeys = false;
    await open({ confirmWithin: milliseconds(100) });
    await until(() => troubles().includes("lock-unconfirmed") && desktop.asked.length > 1);
    desktop.obeys = true;
    await until(() => desktop.locked && troubles().at(-1) === null);
  });

  it("that never says anything is believed where the configuration says so", async () => {
    desktop.obeys = false;
    await open({ confirms: false });
    await until(() => desktop.asked.includes("Lock"));
    locker.unlock(grant());
    await until(() => !locker.locked);
    expect([desktop.asked.at(-1), troubles()]).toEqual(["Unlock", []]);
  });

  it("that the agent may not lock is told of, and tried again", async () => {
    desktop.permits = false;
    await open();
    await until(() => troubles().includes("lock-refused"));
    desktop.permits = true;
    await until(() => desktop.locked && troubles().at(-1) === null);
  });

  it("on which nobody is logged in counts as locked, and opens by the person alone", async () => {
    logind.remove(desktop);
    await open();
    locker.unlock(grant());
    await until(() => troubles().at(-1) === "unlock-elsewhere");
    expect(desktop.asked).toEqual([]);
  });
});

describe("when logind or the bus goes away", () => {
  it("an unlock that could not be done in time is not done later", async () => {
    await open();
    await until(() => desktop.locked);
    const before = desktop.asked.length;
    logind.hangs = true;
    locker.unlock({ staffId: "anna", freshUntil: time.clock.monotonic() + 200 });
    await until(() => troubles().includes("unlock-failed"));
    logind.hangs = false;
    await until(() => desktop.asked.length > before);
    expect(desktop.asked.slice(before)).not.toContain("Unlock");
    expect([locker.locked, desktop.locked]).toEqual([true, true]);
  });

  it("a desktop that was opened meanwhile is locked when logind is back", async () => {
    await open();
    await until(() => desktop.locked);
    logind.stop();
    await until(() => troubles().includes("lock-target-away"));
    logind = await SimulatedLogind.start(bus.address);
    desktop = logind.add({ id: "2", active: true });
    await until(() => desktop.locked && troubles().at(-1) === null);
  });

  it("a new bus is found, and a lock asked for meanwhile is done", async () => {
    await comeIn();
    await bus.restart();
    locker.lock();
    expect(locker.locked).toBe(true);
    logind = await SimulatedLogind.start(bus.address);
    desktop = logind.add({ id: "2", active: true });
    await until(() => desktop.locked);
  });

  it("there is no bus at all: the locker is locked, opens nothing, and stops", async () => {
    await open({ address: "unix:path=/nowhere/bus" });
    locker.unlock(grant());
    await until(() => troubles().includes("lock-target-away"));
    expect(locker.locked).toBe(true);
  });
});

// Signals can be sent by anybody, to one connection alone even past the rules for broadcasts.
it("signals that logind did not send change nothing", async () => {
  await comeIn();
  const stranger = sessionBus({ busAddress: bus.address });
  const path = pathOf(desktop);
  const of = "org.freedesktop.login1.Session";
  for (let connection = 0; connection < 40; connection++) {
    for (const member of ["Lock", "Unlock"]) {
      const forged = Message.newSignal(path, of, member, "", []);
      forged.destination = `:1.${connection}`;
      stranger.send(forged);
    }
  }
  await stranger.requestName("org.example.done");
  logind.rest(desktop, true);
  await until(() => heard.length > 0);
  expect([heard, locker.locked]).toEqual([[{ type: "input", idle: true }], false]);
  stranger.disconnect();
});
