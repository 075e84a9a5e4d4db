import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WardkeyError } from "../errors.js";
import { Assembler, fragment, MAX_MESSAGE_BYTES, payloadOf } from "./frames.js";

const messages = fc.uint8Array({ minLength: 1, maxLength: 2_000 });
const mtus = fc.integer({ min: 23, max: 517 });

describe("frames", () => {
  it("carry every message through every MTU, none longer than it allows", () => {
    fc.assert(
      fc.property(messages, mtus, (message, mtu) => {
        const frames = fragment(message, payloadOf(mtu));
        const assembler = new Assembler();
        const results = frames.map((frame) => assembler.push(frame, 5));
        expect(frames.every((frame) => frame.length <= mtu - 3)).toBe(true);
        expect(results.slice(0, -1).every(({ kind }) => kind === "more")).toBe(true);
        expect(results.at(-1)).toEqual({ kind: "message", message });
      }),
    );
  });

  it("carry 12 KiB at the smallest MTU, over ten turns of the sequence, and not a byte more", () => {
    const message = new Uint8Array(MAX_MESSAGE_BYTES).map((_, at) => at % 251);
    const frames = fragment(message, payloadOf(23));
    expect(frames).toHaveLength(647);
    const assembler = new Assembler();
    expect(frames.map((frame) => assembler.push(frame, 0)).at(-1)).toEqual({ kind: "message", message });
    for (const bad of [new Uint8Array(0), new Uint8Array(MAX_MESSAGE_BYTES + 1)]) {
      expect(() => fragment(bad, 20)).toThrow(WardkeyError);
    }
    expect(() => fragment(message, 19)).toThrow(WardkeyError);
  });

  it("bring one message after another", () => {
    const assembler = new Assembler();
    for (const message of [Uint8Array.of(1), new Uint8Array(100).fill(2), Uint8Array.of(3)]) {
      const results = fragment(message, 20).map((frame) => assembler.push(frame, 0));
      expect(results.at(-1)).toEqual({ kind: "message", message });
    }
  });

  const [first, second, third] = fragment(new Uint8Array(50).fill(7), 20);
  const frames = {
    first: first ?? Uint8Array.of(),
    second: second ?? Uint8Array.of(),
    third: third ?? Uint8Array.of(),
  };
  const refusals: readonly [string, string, readonly Uint8Array[]][] = [
    ["an empty frame", "frame-malformed", [new Uint8Array(0)]],
    ["a frame without its length", "frame-malformed", [Uint8Array.of(0x80, 0)]],
    ["a length of nothing", "frame-malformed", [Uint8Array.of(0xc0, 0, 0)]],
    ["a first frame with nothing of the message", "frame-malformed", [Uint8Array.of(0x80, 0, 5)]],
    ["a length beyond 12 KiB", "frame-too-large", [Uint8Array.of(0x80, 0x30, 0x01, 1)]],
    ["more than the length said", "frame-malformed", [Uint8Array.of(0xc0, 0, 1, 1, 2)]],
    ["a last frame that is not whole", "frame-malformed", [Uint8Array.of(0xc0, 0, 9, 1)]],
    ["a whole message that does not say so", "frame-malformed", [Uint8Array.of(0x80, 0, 1, 1)]],
    ["a continuation of nothing", "frame-out-of-order", [frames.second]],
    ["a frame left out", "frame-out-of-order", [frames.first, frames.third]],
    ["a frame that comes twice", "frame-out-of-order", [frames.first, frames.second, frames.second]],
    ["a second message inside the first", "frame-out-of-order", [frames.first, frames.first]],
    ["a first frame with a number", "frame-out-of-order", [Uint8Array.of(0x81, 0, 9, 1)]],
    ["a continuation with nothing in it", "frame-malformed", [frames.first, Uint8Array.of(0x01)]],
  ];
  it.each(refusals)("are refused for good after %s (%s)", (_name, code, pushed) => {
    const assembler = new Assembler();
    const results = pushed.map((frame) => assembler.push(frame, 0));
    expect(results.at(-1)).toEqual({ kind: "refused", code });
    expect(assembler.push(frames.first, 0)).toEqual({ kind: "refused", code });
  });

  it("have two seconds to bring a message, and a message all the time it wants before its first", () => {
    const assembler = new Assembler();
    expect(assembler.expire(60_000)).toEqual({ kind: "more" });
    expect(assembler.push(frames.first, 60_000)).toEqual({ kind: "more" });
    expect(assembler.push(frames.second, 62_000)).toEqual({ kind: "more" });
    expect(assembler.expire(62_000)).toEqual({ kind: "more" });
    expect(assembler.expire(62_001)).toEqual({ kind: "refused", code: "frame-too-slow" });
    expect(assembler.push(frames.third, 62_002)).toEqual({ kind: "refused", code: "frame-too-slow" });
  });

  it("of garbage never throw and never bring more than 12 KiB", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 40 }), (garbage) => {
        const assembler = new Assembler();
        for (const frame of garbage) {
          const result = assembler.push(frame, 0);
          if (result.kind === "message") expect(result.message.length).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
        }
      }),
    );
  });
});
