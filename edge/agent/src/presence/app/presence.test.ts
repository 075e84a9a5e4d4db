import { instant } from "@wardkey/protocol";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Advert, CentralRadio } from "../../radio/index.js";
import { createPresence, type LinkEvent, type PresenceEvent, type ServedLink } from "../index.js";

const ANNA = { id: "anna" };
const IDENTIFIER = Uint8Array.of(...Array.from({ length: 16 }, (_, index) => index));
const MINUTE = 60_000;

/** A radio that hears what a test lets it hear. */
function simulatedRadio() {
  const listeners = new Set<(advert: Advert) => void>();
  const stateListeners = new Set<(state: "ok" | "down") => void>();
  const radio: CentralRadio = {
    start: async () => {},
    stop: async () => {},
    state: () => "ok",
    onState(listener) {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    onAdvert(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    connect: async () => ({ ok: false, code: "connect-failed" }),
  };
  return {
    radio,
    hear(rssi: number, address = "c2:00:00:00:00:01", identifier = IDENTIFIER) {
      for (const listener of listeners) listener({ address, addressType: "random", identifier, rssi });
    },
    turn(state: "ok" | "down") {
      for (const listener of stateListeners) listener(state);
    },
    listeners,
  };
}

function simulatedLink() {
  const listeners = new Set<(event: LinkEvent) => void>();
  const link: ServedLink = {
    holder: ANNA,
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return {
    link,
    tell: (event: LinkEvent) => {
      for (const listener of listeners) listener(event);
    },
    listeners,
  };
}

async function watching() {
  const air = simulatedRadio();
  const presence = createPresence({
    radio: air.radio,
    directory: {
      lookUp: (identifier) => (Buffer.from(identifier).equals(IDENTIFIER) ? { holder: ANNA, window: 1 } : undefined),
      templateKeys: () => [],
      epochs: () => [],
      refOf: (id) => ({ id }),
    },
    clock: { now: () => instant(Date.now()), monotonic: () => Date.now() },
  });
  const events: PresenceEvent[] = [];
  presence.on((event) => events.push(event));
  await presence.start();
  return { air, presence, events };
}

beforeEach(() => vi.useFakeTimers({ now: 0 }));
afterEach(() => vi.useRealTimers());

/** Lets time pass, hearing the phone (or its replay) each 100 ms. */
function hearFor(ms: number, hear: () => void): void {
  for (let at = 0; at < ms; at += 100) {
    hear();
    vi.advanceTimersByTime(100);
  }
}

describe("presence", () => {
  it("names a phone that comes near, and where it was heard", async () => {
    const { air, presence, events } = await watching();
    hearFor(500, () => air.hear(-55));
    expect({ events, near: presence.near(), sighting: presence.sighting(ANNA) }).toEqual({
      events: [{ type: "near", holder: ANNA }],
      near: [ANNA],
      sighting: {
        holder: ANNA,
        window: 1,
        address: "c2:00:00:00:00:01",
        addressType: "random",
        identifier: IDENTIFIER,
      },
    });
    hearFor(4_000, () => {});
    expect([events.at(-1), presence.near()]).toEqual([{ type: "gone", holder: ANNA }, []]);
    await presence.stop();
    expect(air.listeners.size).toBe(0);
  });

  it("passes on that the radio is down", async () => {
    const { air, presence, events } = await watching();
    air.turn("down");
    air.turn("ok");
    expect(events).toEqual([
      { type: "radio", state: "down" },
      { type: "radio", state: "ok" },
    ]);
    await presence.stop();
  });

  it("keeps to the link of the phone that is served until serving ends", async () => {
    const { air, presence, events } = await watching();
    hearFor(500, () => air.hear(-55));
    const { link, tell, listeners } = simulatedLink();
    const release = presence.serve(link);
    hearFor(2_000, () => tell({ type: "rssi", dbm: -58 }));
    tell({ type: "heartbeat", moved: true });
    expect([events, presence.near()]).toEqual([[{ type: "near", holder: ANNA }], []]);
    hearFor(4_000, () => tell({ type: "rssi", dbm: -58 }));
    tell({ type: "heartbeat", moved: false });
    expect(events.slice(1)).toEqual([
      { type: "leaving", holder: ANNA, why: "heartbeat" },
      { type: "back", holder: ANNA },
    ]);
    release();
    hearFor(10_000, () => {});
    expect([events.length, listeners.size]).toEqual([3, 0]);
    await presence.stop();
  });

  // threats.md, row 28.
  it.each([
    ["as she left it", -59],
    ["at full strength", -30],
  ])("is told nothing by her advertisement replayed for 45 minutes after she left (%s)", async (_, strength) => {
    const served = async (replay: boolean): Promise<PresenceEvent[]> => {
      const { air, presence, events } = await watching();
      const { link, tell } = simulatedLink();
      presence.serve(link);
      hearFor(5_000, () => {
        air.hear(-59);
        tell({ type: "heartbeat", moved: true });
        tell({ type: "rssi", dbm: -59 });
      });
      tell({ type: "lost", code: "phone-lost" });
      hearFor(45 * MINUTE, () => {
        if (replay) air.hear(strength, "c2:00:00:00:00:02");
      });
      await presence.stop();
      return events;
    };
    const left = [{ type: "leaving", holder: ANNA, why: "link" }];
    expect([await served(true), await served(false)]).toEqual([left, left]);
  });
});
