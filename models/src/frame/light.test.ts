import { describe, expect, it } from "vitest";
import type { Frame } from "./frame.js";
import { liftDark, lightOf } from "./light.js";

function frameOf(width: number, height: number, value: number): Frame {
  return { width, height, data: new Uint8Array(width * height * 3).fill(value) };
}

/** A dark frame with one light square in it, as of a face that nothing but a screen lights. */
function litIn(value: number, side: number): Frame {
  const frame = frameOf(640, 480, 4);
  for (let y = 200; y < 200 + side; y++) frame.data.fill(value, (y * 640 + 280) * 3, (y * 640 + 280 + side) * 3);
  return frame;
}

describe("the light of a frame", () => {
  it.each([
    ["of one grey", frameOf(640, 480, 120), { lightest: 120, light: 120 }],
    ["that is black", frameOf(640, 480, 0), { lightest: 0, light: 0 }],
    ["as small as frames may be", frameOf(32, 32, 90), { lightest: 90, light: 90 }],
    ["with a face lit in the dark", litIn(80, 80), { lightest: 80, light: 4 }],
  ])("is known of a frame %s", (_, frame, { lightest, light }) => {
    const found = lightOf(frame);
    expect([found.lightest, found.light]).toEqual([expect.closeTo(lightest, 6), expect.closeTo(light, 6)]);
  });

  it("is left as it is where there is enough", () => {
    const frame = frameOf(64, 48, 90);
    expect(liftDark(frame, lightOf(frame))).toBe(frame);
  });

  it("is lifted to daylight in a copy, and by ten times at most", () => {
    const [dim, dark] = [frameOf(64, 48, 35), frameOf(64, 48, 5)];
    const lifted = [dim, dark].map((frame) => liftDark(frame, lightOf(frame)).data[0]);
    expect([...lifted, dim.data[0], dark.data[0]]).toEqual([140, 50, 35, 5]);
  });

  it("overflows nowhere", () => {
    const frame = litIn(200, 40);
    expect(Math.max(...liftDark(frame, lightOf(frame)).data.subarray(230 * 640 * 3, 231 * 640 * 3))).toBe(255);
  });
});
