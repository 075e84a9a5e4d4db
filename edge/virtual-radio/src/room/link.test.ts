import { describe, expect, it } from "vitest";
import { type Link, type LinkEnd, type LinkQuality, openLink } from "./link.js";
import { createManualClock, type ManualClock } from "./manual-clock.js";
import { drawsFor } from "./seeded.js";

type Told = { at: number; what: string };

interface Scene {
  readonly clock: ManualClock;
  readonly link: Link;
  readonly central: Told[];
  readonly peripheral: Told[];
  quality: LinkQuality;
}

/** A link with events each 7.5 ms and a supervision timeout of 420 ms, as noble asks for. */
function scene(): Scene {
  const clock = createManualClock();
  const told = { central: [] as Told[], peripheral: [] as Told[] };
  const end = (side: "central" | "peripheral"): LinkEnd => {
    const say = (what: string): number => told[side].push({ at: clock.now(), what });
    return {
      deliver: ({ data }) => say(`got ${data[0]}`),
      completed: (count) => say(`sent ${count}`),
      updated: ({ interval }) => say(`interval ${interval}`),
      ended: (reason) => say(`ended ${reason}`),
    };
  };
  const made: { quality: LinkQuality } = { quality: { audible: true, loss: 0, latencyMs: 0 } };
  const link = openLink({
    clock,
    draw: drawsFor(1, "link"),
    parameters: { interval: 6, latency: 0, timeout: 42 },
    quality: () => made.quality,
    ends: { central: end("central"), peripheral: end("peripheral") },
  });
  return Object.assign(made, { clock, link, ...told });
}

const packet = (value: number, length = 20) => ({ starts: true, data: new Uint8Array(length).fill(value) });

describe("a link", () => {
  it("carries packets at its connection events, in order, and says when they have gone", async () => {
    const one = scene();
    one.link.send("central", packet(1));
    one.link.send("central", packet(2));
    await one.clock.advance(20);
    expect({ central: one.central, peripheral: one.peripheral }).toEqual({
      central: [{ at: 7.5, what: "sent 2" }],
      peripheral: [
        { at: 7.5, what: "got 1" },
        { at: 7.5, what: "got 2" },
      ],
    });
  });

  it("carries no more in one event than fits into it", async () => {
    const one = scene();
    for (let value = 0; value < 8; value++) one.link.send("peripheral", packet(value, 251));
    await one.clock.advance(30);
    // 251 bytes and their overhead take 2.5 ms.
    expect(one.peripheral).toEqual([
      { at: 7.5, what: "sent 2" },
      { at: 15, what: "sent 2" },
      { at: 22.5, what: "sent 2" },
      { at: 30, what: "sent 2" },
    ]);
  });

  it("repeats what is lost, so that loss is delay and never disorder", async () => {
    const one = scene();
    one.quality = { audible: true, loss: 0.4, latencyMs: 0 };
    const values = Array.from({ length: 50 }, (_, index) => index);
    for (const value of values) one.link.send("central", packet(value));
    await one.clock.advance(2_000);
    expect(one.peripheral.map(({ what }) => what)).toEqual(values.map((value) => `got ${value}`));
  });

  it("adds the latency to each packet", async () => {
    const one = scene();
    one.quality = { audible: true, loss: 0, latencyMs: 100 };
    one.link.send("central", packet(1));
    await one.clock.advance(200);
    expect(one.peripheral).toEqual([{ at: 107.5, what: "got 1" }]);
  });

  it("stays open while nobody has anything to say", async () => {
    const one = scene();
    await one.clock.advance(60_000);
    expect([...one.central, ...one.peripheral]).toEqual([]);
  });

  it.each([
    { name: "nothing is audible", quality: { audible: false, loss: 0, latencyMs: 0 } },
    { name: "everything is lost", quality: { audible: true, loss: 1, latencyMs: 0 } },
  ])("ends for both by supervision timeout when $name", async ({ quality }) => {
    const one = scene();
    one.quality = quality;
    await one.clock.advance(1_000);
    expect([one.central, one.peripheral].map((told) => told.map(({ what }) => what))).toEqual([
      ["ended 8"],
      ["ended 8"],
    ]);
    const late = Math.max(...[...one.central, ...one.peripheral].map(({ at }) => at));
    expect(late).toBeLessThanOrEqual(420 + 105);
  });

  it("is ended at once for the host that ends it, and at an event for the other, after what was sent", async () => {
    const one = scene();
    one.link.send("central", packet(1));
    one.link.disconnect("central", 0x13);
    await one.clock.advance(1_000);
    expect({ central: one.central, peripheral: one.peripheral }).toEqual({
      central: [{ at: 0, what: "ended 22" }],
      peripheral: [
        { at: 7.5, what: "got 1" },
        { at: 7.5, what: "ended 19" },
      ],
    });
  });

  it("is ended by timeout for a peer that cannot hear the farewell", async () => {
    const one = scene();
    one.quality = { audible: false, loss: 0, latencyMs: 0 };
    one.link.disconnect("central", 0x13);
    await one.clock.advance(1_000);
    expect([one.central, one.peripheral].map((told) => told.map(({ what }) => what))).toEqual([
      ["ended 22"],
      ["ended 8"],
    ]);
  });

  it("changes its interval for both", async () => {
    const one = scene();
    one.link.update({ interval: 40, latency: 0, timeout: 42 });
    one.link.send("central", packet(1));
    await one.clock.advance(100);
    expect({ central: one.central, peripheral: one.peripheral }).toEqual({
      central: [
        { at: 0, what: "interval 40" },
        { at: 50, what: "sent 1" },
      ],
      peripheral: [
        { at: 0, what: "interval 40" },
        { at: 50, what: "got 1" },
      ],
    });
  });
});
