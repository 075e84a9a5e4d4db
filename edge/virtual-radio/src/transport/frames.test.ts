import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFrameReader, encodeFrame, FRAME_KINDS, type Frame, type FrameKind } from "./frames.js";

const frame: fc.Arbitrary<Frame> = fc.record({
  kind: fc.constantFrom(...(Object.keys(FRAME_KINDS) as FrameKind[])),
  body: fc.uint8Array({ maxLength: 100 }),
});

describe("frames on the socket", () => {
  it("come back however the stream is cut", () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 10 }), fc.integer({ min: 1, max: 40 }), (frames, size) => {
        const stream = Buffer.concat(frames.map(({ kind, body }) => encodeFrame(kind, body)));
        const reader = createFrameReader(100);
        const read: Frame[] = [];
        for (let at = 0; at < stream.length; at += size)
          read.push(...reader.push(stream.subarray(at, at + size)).frames);
        expect(read).toEqual(frames);
      }),
    );
  });

  it("are refused or awaited, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 10 }), (chunks) => {
        const reader = createFrameReader(20);
        const bodies = chunks.flatMap((chunk) => reader.push(chunk).frames.map(({ body }) => body.length));
        expect(bodies.every((length) => length <= 20)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    { name: "a body that is too long", bytes: [0, 0, 0, 21, 3] },
    { name: "a length in the gigabytes", bytes: [255, 255, 255, 255, 3] },
    { name: "a kind that is none", bytes: [0, 0, 0, 1, 99] },
  ])("end with $name", ({ bytes }) => {
    const reader = createFrameReader(20);
    const first = reader.push(Uint8Array.from(bytes));
    expect([first, reader.push(encodeFrame("hci", Uint8Array.of(1)))]).toEqual([
      { frames: [], malformed: true },
      { frames: [], malformed: true },
    ]);
  });
});
