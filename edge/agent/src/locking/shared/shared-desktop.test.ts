import { milliseconds, seconds } from "@wardkey/protocol";
import { beforeEach, describe, expect, it } from "vitest";
import { SimulatedTime } from "../../testing/simulated-time.js";
import { Listeners } from "../listeners.js";
import type { LockerEvent } from "../ports.js";
import { PursuingLocker } from "../pursuing-locker.js";
import { SimulatedTarget } from "../testing/simulated-target.js";
import { type Cover, OverlayTarget } from "./overlay-target.js";

/** A simulated page over everything: it comes and goes as a test says. `hangs`: it is there and confirms nothing. */
class SimulatedCover implements Cover {
  covered = true;
  hangs = false;
  askableSince: number | null = 0;
  readonly #listeners = new Listeners<void>();

  async confirm(signal: AbortSignal): Promise<boolean> {
    const confirms = (): boolean => this.covered && !this.hangs;
    if (confirms()) return true;
    return await new Promise((resolve) => {
      const end = (): void => {
        if (!confirms() && !signal.aborted) return;
        deaf();
        resolve(confirms());
      };
      const deaf = this.on(end);
      signal.addEventListener("abort", end, { once: true });
    });
  }

  on(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  turn(covered: boolean): void {
    this.covered = covered;
    this.#listeners.tell();
  }
}

let time: SimulatedTime;
let cover: SimulatedCover;
let system: SimulatedTarget;
let locker: PursuingLocker;
let heard: LockerEvent[];
let cleared: number;
let clears: boolean;

beforeEach(async () => {
  time = new SimulatedTime();
  const at = { clock: time, timers: time };
  cover = new SimulatedCover();
  system = new SimulatedTarget(at);
  [cleared, clears] = [0, true];
  const clearDesk = async (): Promise<boolean> => {
    cleared++;
    await new Promise<void>((resolve) => time.after(milliseconds(1_500), resolve));
    return clears;
  };
  const target = new OverlayTarget({ cover, fallback: system, clearDesk, ...at });
  locker = new PursuingLocker({ target, carryOutWithin: seconds(3), ...at });
  heard = [];
  locker.on((event) => {
    if (event.type !== "turned") heard.push(event);
  });
  await locker.start();
  await time.advance(0);
});

const troubles = () => heard.flatMap((event) => (event.type === "trouble" ? [event.code] : []));

async function comeIn(staffId: string): Promise<void> {
  locker.unlock({ staffId, freshUntil: time.monotonic() + 1_000 });
  await time.advance(0);
}

describe("a desktop that many share", () => {
  it("is locked by the page alone, and the same person is in again at once", async () => {
    await comeIn("anna");
    locker.lock();
    await time.advance(60_000);
    await comeIn("anna");
    expect([locker.locked, cleared, system.orders]).toEqual([false, 0, []]);
  });

  it("is put in order before somebody else is in", async () => {
    await comeIn("anna");
    locker.lock();
    await comeIn("bruno");
    expect([locker.locked, cleared]).toEqual([true, 1]);
    await time.advance(1_500);
    expect([locker.locked, heard]).toEqual([false, []]);
  });

  it("stays locked for somebody else when what was open could not be put away", async () => {
    await comeIn("anna");
    locker.lock();
    clears = false;
    await comeIn("bruno");
    await time.advance(5_000);
    expect(locker.locked).toBe(true);
    expect(heard).toContainEqual({ type: "locked-elsewhere" });
    clears = true;
    await comeIn("anna");
    expect([locker.locked, cleared]).toEqual([false, 1]);
  });

  it("has its system locked when the page dies, and opened with the page when it is back", async () => {
    await time.advance(60_000);
    cover.turn(false);
    await time.advance(2_999);
    expect(system.locked).toBe(false);
    await time.advance(1);
    expect([system.locked, troubles()]).toEqual([true, ["lock-unconfirmed"]]);
    await time.advance(500);
    expect([system.locked, troubles()]).toEqual([true, ["lock-unconfirmed", null]]);
    cover.turn(true);
    await comeIn("anna");
    expect([system.locked, locker.locked]).toEqual([false, false]);
  });

  it("whose page died while somebody worked has its system locked when they leave", async () => {
    await time.advance(60_000);
    await comeIn("anna");
    cover.turn(false);
    await time.advance(60_000);
    expect([system.locked, locker.locked]).toEqual([false, false]);
    locker.lock();
    await time.advance(3_000);
    expect([system.locked, locker.locked]).toEqual([true, true]);
  });

  it("has its system locked, and an alert, when its page is there and confirms nothing once somebody leaves", async () => {
    await time.advance(60_000);
    await comeIn("anna");
    cover.hangs = true;
    locker.lock();
    await time.advance(2_999);
    expect([system.locked, troubles()]).toEqual([false, []]);
    await time.advance(1);
    expect([system.locked, troubles()]).toEqual([true, ["lock-unconfirmed"]]);
  });

  it("has an alert, and no end of trouble, when its page confirms nothing and no system can be locked", async () => {
    const target = new OverlayTarget({ cover, fallback: null, clearDesk: null, clock: time, timers: time });
    await target.start();
    await time.advance(60_000);
    cover.hangs = true;
    const answer = target.lock(new AbortController().signal);
    await time.advance(3_000);
    expect(await answer).toEqual({ ok: false, code: "lock-unconfirmed" });
  });

  it("is given time for its page after a start, and says that it is not covered meanwhile", async () => {
    cover.turn(false);
    await time.advance(10_000);
    expect([system.locked, heard]).toEqual([false, [{ type: "trouble", code: "lock-unconfirmed" }]]);
    cover.turn(true);
    await time.advance(10_000);
    expect([system.locked, heard.at(-1)]).toEqual([false, { type: "trouble", code: null }]);
  });

  it("has its system locked by an agent that goes while no page covers it, and opened again by the next one", async () => {
    cover.turn(false);
    const stopping = locker.stop();
    await time.advance(10_000);
    await stopping;
    expect(system.locked).toBe(true);

    cover.turn(true);
    const at = { clock: time, timers: time };
    const target = new OverlayTarget({ cover, fallback: system, clearDesk: null, ...at });
    locker = new PursuingLocker({ target, ...at });
    await locker.start();
    await time.advance(0);
    await comeIn("anna");
    expect([system.locked, locker.locked]).toEqual([false, false]);
  });

  it("is left to its page by an agent that goes while that covers it", async () => {
    await locker.stop();
    expect(system.orders).toEqual([]);
  });

  it("waits for its page from when that can be asked, but not for ever", async () => {
    cover.turn(false);
    cover.askableSince = null;
    await time.advance(60_000);
    expect(system.locked).toBe(false);
    cover.askableSince = time.monotonic();
    await time.advance(29_000);
    expect(system.locked).toBe(false);
    await time.advance(10_000);
    expect(system.locked).toBe(true);

    system.locked = false;
    cover.askableSince = null;
    const at = { clock: time, timers: time };
    const target = new OverlayTarget({ cover, fallback: system, clearDesk: null, ...at });
    locker = new PursuingLocker({ target, ...at });
    await locker.start();
    await time.advance(130_000);
    expect(system.locked).toBe(true);
  });
});
