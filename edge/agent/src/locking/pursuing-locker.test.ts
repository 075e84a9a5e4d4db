import { milliseconds } from "@wardkey/protocol";
import { beforeEach, describe, expect, it } from "vitest";
import { SimulatedTime } from "../testing/simulated-time.js";
import type { LockerEvent } from "./ports.js";
import { PursuingLocker } from "./pursuing-locker.js";
import { type Conduct, SimulatedTarget } from "./testing/simulated-target.js";

let time: SimulatedTime;
let target: SimulatedTarget;
let locker: PursuingLocker;
let heard: LockerEvent[];

const orders = (): string[] => target.orders.map(({ to }) => to);
const grant = (ms = 1_000) => ({ staffId: "anna", freshUntil: time.monotonic() + ms });
const conduct = (more: Partial<Conduct>): Conduct => ({
  answer: "ok",
  after: milliseconds(0),
  effect: true,
  deaf: false,
  ...more,
});

beforeEach(async () => {
  time = new SimulatedTime();
  target = new SimulatedTarget({ clock: time, timers: time });
  locker = new PursuingLocker({ target, clock: time, timers: time });
  heard = [];
  locker.on((event) => {
    if (event.type !== "turned") heard.push(event);
  });
});

async function open(): Promise<void> {
  await locker.start();
  await time.advance(0);
  locker.unlock(grant());
  await time.advance(0);
  target.orders.length = 0;
  heard.length = 0;
}

describe("a lock", () => {
  it("is ordered as soon as the target can be reached, whatever it was before", async () => {
    await locker.start();
    await time.advance(0);
    expect([target.locked, locker.locked]).toEqual([true, true]);
  });

  it("is tried again, ever more slowly, until it holds, and says what is wrong once", async () => {
    await open();
    target.conduct.push(conduct({ answer: "lock-refused", effect: false }));
    target.conduct.push(conduct({ answer: "lock-refused", effect: false }));
    locker.lock();
    await time.advance(499);
    expect([orders(), target.locked]).toEqual([["lock"], false]);
    await time.advance(1_001);
    expect([orders(), target.locked]).toEqual([["lock", "lock", "lock"], true]);
    expect(heard).toEqual([
      { type: "trouble", code: "lock-refused" },
      { type: "trouble", code: null },
    ]);
  });

  it("does not wait for an unlock that hangs, and comes once more when that ends after all", async () => {
    await locker.start();
    await time.advance(0);
    target.orders.length = 0;
    target.conduct.push(conduct({ after: milliseconds(800), deaf: true }));
    locker.unlock(grant());
    await time.advance(100);
    locker.lock();
    await time.advance(0);
    expect([orders(), target.locked, locker.locked]).toEqual([["unlock", "lock"], true, true]);
    await time.advance(800);
    expect([orders(), target.locked]).toEqual([["unlock", "lock", "lock"], true]);
  });

  it("that hangs is given again after five seconds", async () => {
    await open();
    target.conduct.push(conduct({ answer: "never", effect: false }));
    locker.lock();
    await time.advance(5_600);
    expect([orders(), target.locked]).toEqual([["lock", "lock"], true]);
    expect(heard).toContainEqual({ type: "trouble", code: "lock-target-away" });
  });

  it("follows at once when somebody else unlocks", async () => {
    await locker.start();
    await time.advance(0);
    target.turn(false);
    await time.advance(0);
    expect(target.locked).toBe(true);
    expect(heard).toEqual([
      { type: "trouble", code: "unlocked-by-other" },
      { type: "trouble", code: null },
    ]);
  });

  it("follows when the target is back from where it was away", async () => {
    await locker.start();
    await time.advance(0);
    target.say({ type: "away" });
    target.locked = false;
    target.say({ type: "reached" });
    await time.advance(0);
    expect(target.locked).toBe(true);
  });

  it("by somebody else ends the session, and is made sure of", async () => {
    await open();
    target.turn(true);
    await time.advance(0);
    expect([locker.locked, orders()]).toEqual([true, ["lock"]]);
    expect(heard).toEqual([{ type: "locked-elsewhere" }]);
  });

  it("comes before an agent lets go, who waits two seconds for it at most", async () => {
    await open();
    target.conduct.push(conduct({ answer: "never", effect: false }));
    const stopping = locker.stop();
    await time.advance(2_000);
    await stopping;
    expect([orders(), target.stopped]).toEqual([["lock"], true]);
    await time.advance(60_000);
    expect(orders()).toEqual(["lock"]);
  });
});

describe("an unlock", () => {
  it("opens", async () => {
    await open();
    expect([target.locked, locker.locked]).toEqual([false, false]);
  });

  it("waits for a lock that is under way", async () => {
    await locker.start();
    await time.advance(0);
    target.orders.length = 0;
    target.conduct.push(conduct({ after: milliseconds(300) }));
    locker.lock();
    locker.unlock(grant());
    await time.advance(299);
    expect(orders()).toEqual(["lock"]);
    await time.advance(1);
    expect([orders(), target.locked, locker.locked]).toEqual([["lock", "unlock"], false, false]);
  });

  it("that has grown old does nothing", async () => {
    await locker.start();
    await time.advance(0);
    target.orders.length = 0;
    locker.unlock(grant(0));
    await time.advance(5_000);
    expect([orders(), locker.locked]).toEqual([[], true]);
  });

  it("that grows old while a lock is under way is never ordered, and the session ends", async () => {
    await locker.start();
    await time.advance(0);
    target.orders.length = 0;
    target.conduct.push(conduct({ after: milliseconds(3_000) }));
    locker.lock();
    locker.unlock(grant(1_000));
    await time.advance(10_000);
    expect([orders(), target.locked, locker.locked]).toEqual([["lock", "lock"], true, true]);
    expect(heard).toContainEqual({ type: "locked-elsewhere" });
  });

  it("that fails ends in a lock and is not tried again", async () => {
    await open();
    locker.lock();
    await time.advance(0);
    target.orders.length = 0;
    target.conduct.push(conduct({ answer: "unlock-failed" }));
    locker.unlock(grant());
    await time.advance(10_000);
    expect([orders(), target.locked, locker.locked]).toEqual([["unlock", "lock"], true, true]);
    expect(heard.map((event) => (event.type === "trouble" ? event.code : event.type))).toEqual([
      "unlock-failed",
      "locked-elsewhere",
      null,
    ]);
  });

  it("that only the person can do at the system's own prompt counts as done, and says so until they have", async () => {
    await open();
    locker.lock();
    await time.advance(0);
    target.conduct.push(conduct({ answer: "unlock-elsewhere", effect: false }));
    locker.unlock(grant());
    await time.advance(0);
    expect([locker.locked, heard.at(-1)]).toEqual([false, { type: "trouble", code: "unlock-elsewhere" }]);
    target.turn(false);
    await time.advance(10_000);
    expect([target.locked, locker.locked]).toEqual([false, false]);
    expect(heard.at(-1)).toEqual({ type: "trouble", code: null });
  });

  it("by the system's own password is left alone where the configuration says so, and told", async () => {
    locker = new PursuingLocker({ target, others: "may-unlock", clock: time, timers: time });
    locker.on((event) => heard.push(event));
    await locker.start();
    await time.advance(0);
    target.turn(false);
    await time.advance(10_000);
    expect([target.locked, locker.locked, heard]).toEqual([
      false,
      true,
      [{ type: "trouble", code: "unlocked-by-other" }],
    ]);
  });

  it("that was begun in time may take as long as it was given, and a lock overtakes it all the same", async () => {
    locker = new PursuingLocker({ target, carryOutWithin: milliseconds(3_000), clock: time, timers: time });
    await locker.start();
    await time.advance(0);
    target.conduct.push(conduct({ after: milliseconds(2_000) }));
    locker.unlock(grant(10));
    await time.advance(2_000);
    expect(locker.locked).toBe(false);
    locker.lock();
    await time.advance(0);
    target.conduct.push(conduct({ after: milliseconds(2_000), deaf: true }));
    locker.unlock(grant(10));
    await time.advance(1_000);
    locker.lock();
    await time.advance(60_000);
    expect([target.locked, locker.locked]).toEqual([true, true]);
  });

  it("is refused before the start and after the stop", async () => {
    locker.unlock(grant());
    await locker.start();
    await time.advance(0);
    await locker.stop();
    locker.unlock(grant());
    await time.advance(0);
    expect([target.locked, locker.locked]).toEqual([true, true]);
  });
});
