import { MAX_FRAME_BYTES } from "@wardkey/protocol/screen";
import { describe, expect, it } from "vitest";
import { FramePump } from "./frame-pump.js";

function pump(options: { waiting?: number; encode?: (picture: number) => Promise<Uint8Array | null> } = {}) {
  const sent: Uint8Array[] = [];
  const world = { now: 0, open: true };
  const subject = new FramePump<number>({
    encode: options.encode ?? (async (picture) => Uint8Array.of(picture)),
    send: (message) => {
      if (world.open) sent.push(message);
      return world.open;
    },
    waiting: () => options.waiting ?? 0,
    monotonic: () => world.now,
  });
  return { subject, sent, world };
}

describe("the frame pump", () => {
  it("puts the kind and a growing sequence before each JPEG", async () => {
    const { subject, sent, world } = pump();
    subject.setPace("fast");
    await subject.offer(7);
    world.now = 100;
    await subject.offer(8);

    expect(sent.map((message) => [...message])).toEqual([
      [1, 0, 0, 0, 1, 7],
      [1, 0, 0, 0, 2, 8],
    ]);
  });

  it.each([
    ["off", 0],
    ["slow", 2],
    ["fast", 10],
  ] as const)("at the pace %s sends %d of a 30 Hz camera's pictures in a second", async (pace, count) => {
    const { subject, sent, world } = pump();
    subject.setPace(pace);
    for (let picture = 0; picture < 30; picture++) {
      world.now = (picture * 1_000) / 30;
      await subject.offer(picture);
    }

    expect(sent).toHaveLength(count);
  });

  it("drops pictures while one is being encoded, so that only the newest is ever on its way", async () => {
    let finish: (jpeg: Uint8Array) => void = () => {};
    const { subject, sent, world } = pump({
      encode: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    });
    subject.setPace("fast");
    const first = subject.offer(1);
    world.now = 500;
    expect(await subject.offer(2)).toBe("dropped");
    finish(Uint8Array.of(9));

    expect([await first, sent.length]).toEqual(["sent", 1]);
  });

  it.each([
    ["the socket is behind", { waiting: 2 * MAX_FRAME_BYTES + 1 }],
    ["a frame is larger than the agent takes", { encode: async () => new Uint8Array(MAX_FRAME_BYTES) }],
    ["a picture cannot be encoded", { encode: async () => null }],
  ])("drops while %s", async (_why, options) => {
    const { subject, sent } = pump(options);
    subject.setPace("fast");

    expect([await subject.offer(1), sent.length]).toEqual(["dropped", 0]);
  });

  it("goes on after an encoder that threw", async () => {
    let failing = true;
    const { subject, world } = pump({
      encode: async () => {
        if (failing) throw new Error("no memory");
        return Uint8Array.of(1);
      },
    });
    subject.setPace("fast");
    await expect(subject.offer(1)).rejects.toThrow("no memory");
    failing = false;
    world.now = 200;

    expect(await subject.offer(2)).toBe("sent");
  });
});
