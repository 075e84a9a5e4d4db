import { describe, expect, it } from "vitest";
import { checkFrame, type Frame, frameSignature } from "./frame.js";

function frameOf(width: number, height: number, value: number): Frame {
  return { width, height, data: new Uint8Array(width * height * 3).fill(value) };
}

describe("a frame", () => {
  it.each([
    ["fewer bytes than its sides say", { width: 640, height: 480, data: new Uint8Array(640 * 480 * 3 - 1) }],
    ["four channels", { width: 64, height: 64, data: new Uint8Array(64 * 64 * 4) }],
    ["a side under 32", { width: 31, height: 64, data: new Uint8Array(31 * 64 * 3) }],
    ["a side over 4096", { width: 4097, height: 32, data: new Uint8Array(4097 * 32 * 3) }],
    ["a side that is no whole number", { width: 64.5, height: 64, data: new Uint8Array(64.5 * 64 * 3) }],
    ["no sides at all", { width: Number.NaN, height: Number.NaN, data: new Uint8Array() }],
  ])("is refused with %s", (_, frame) => {
    expect(() => checkFrame(frame)).toThrow(expect.objectContaining({ code: "frame-size" }));
  });

  it("is accepted when its bytes are those of its sides", () => {
    expect(() => checkFrame(frameOf(64, 48, 7))).not.toThrow();
  });

  it("has the signature of what it shows: equal for equal pictures, another after a change anywhere in a sampled row", () => {
    const [frame, frozen, changed] = [frameOf(64, 48, 90), frameOf(64, 48, 90), frameOf(64, 48, 90)];
    changed.data[64 * 3 * 12 + 5] = 91;
    expect(frameSignature(frame)).toMatch(/^[0-9a-f]{16}$/);
    expect(frameSignature(frozen)).toBe(frameSignature(frame));
    expect(frameSignature(changed)).not.toBe(frameSignature(frame));
  });

  it("has another signature when the same bytes make another shape", () => {
    expect(frameSignature(frameOf(64, 48, 90))).not.toBe(frameSignature(frameOf(48, 64, 90)));
  });
});
