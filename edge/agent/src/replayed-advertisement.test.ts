import { instant, minutes, seconds } from "@wardkey/protocol";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { RecordedLocker } from "./locking/index.js";
import { createPresence } from "./presence/index.js";
import type { Advert, CentralRadio } from "./radio/index.js";
import { SessionRunner } from "./session/index.js";
import { runnerPorts } from "./testing/runner-ports.js";
import { SimulatedTaps, SimulatedVision } from "./testing/simulated-senses.js";
import { systemTimers } from "./time.js";

const ANNA = { id: "anna" };
const IDENTIFIER = new Uint8Array(16).fill(7);
const HEARD_EACH_MS = 250;

beforeEach(() => vi.useFakeTimers({ now: 0 }));
afterEach(() => vi.useRealTimers());

/** A kiosk's presence and session over a radio that hears what a test lets it hear; her face is always in view. */
async function openKiosk() {
  const listeners = new Set<(advert: Advert) => void>();
  const radio: CentralRadio = {
    start: async () => {},
    stop: async () => {},
    state: () => "ok",
    onState: () => () => {},
    onAdvert(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    connect: async () => ({ ok: false, code: "connect-failed" }),
  };
  const clock = { now: () => instant(Date.now()), monotonic: () => Date.now() };
  const presence = createPresence({
    radio,
    directory: {
      lookUp: () => ({ holder: ANNA, window: 1 }),
      templateKeys: () => [],
      epochs: () => [],
      refOf: (id) => ({ id }),
    },
    clock,
  });
  const [taps, vision, locker] = [new SimulatedTaps(), new SimulatedVision(), new RecordedLocker()];
  const turns: { turn: string; at: number }[] = [];
  const runner = new SessionRunner(
    runnerPorts(
      { presence, taps, vision },
      {
        clock,
        timers: systemTimers,
        locker,
        changed: () => {
          if (turns.length < locker.turns.length) turns.push({ turn: locker.turns.at(-1) ?? "", at: Date.now() });
        },
      },
    ),
  );
  presence.on((event) => runner.sense(event));
  await presence.start();
  const hear = (rssi: number, address: string): void => {
    for (const listener of listeners) listener({ address, addressType: "random", identifier: IDENTIFIER, rssi });
  };
  return { presence, taps, runner, locker, turns, hear };
}

async function pass(ms: number, each: () => void): Promise<void> {
  for (let at = 0; at < ms; at += HEARD_EACH_MS) {
    each();
    await vi.advanceTimersByTimeAsync(HEARD_EACH_MS);
  }
}

/** She works for ten seconds and leaves; then, or not, her advertisement is replayed before her face. */
async function shift(replayed: boolean) {
  vi.setSystemTime(0);
  const { presence, taps, runner, locker, turns, hear } = await openKiosk();
  await pass(seconds(2), () => hear(-55, "c2:00:00:00:00:01"));
  const session = taps.sessions[0];
  await pass(seconds(10), () => {
    session?.say({ type: "heartbeat", moved: true });
    session?.say({ type: "rssi", dbm: -55 });
  });
  const openWhileThere = !locker.locked;
  taps.refusal = { ok: false, code: "services-timeout", reason: "phone-lost", timings: {} };
  session?.say({ type: "lost", code: "phone-lost" });
  await pass(minutes(45), () => {
    if (replayed) hear(-40, "c2:00:00:00:00:02");
  });
  await runner.stop();
  await presence.stop();
  return { openWhileThere, turns, asked: taps.asked.length };
}

// threats.md, row 28. That nobody answers behind a replay is shown over the air in tap/attacks.test.ts.
it("locks as if her advertisement were not replayed for 45 minutes after she left, and stays locked", async () => {
  const [replayed, silent] = [await shift(true), await shift(false)];
  expect(replayed.openWhileThere).toBe(true);
  expect(replayed.turns.filter(({ turn }) => turn === "unlock")).toHaveLength(1);
  // Locked at the start, unlocked, locked: each at the same moment.
  expect(replayed.turns.slice(0, 3)).toEqual(silent.turns.slice(0, 3));
  expect(silent.turns.slice(0, 3).map(({ turn }) => turn)).toEqual(["lock", "unlock", "lock"]);
  // The kiosk was led to ask, again and again.
  expect([replayed.asked > 1, silent.asked]).toEqual([true, 1]);
}, 60_000);
