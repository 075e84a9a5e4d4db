import { describe, expect, it } from "vitest";
import type { Frame } from "./frame.js";
import { liftDark, lightestPart } from "./light.js";

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
    ["of one grey", frameOf(640, 480, 120), 120],
    ["that is black", frameOf(640, 480, 0), 0],
    ["as small as frames may be", frameOf(32, 32, 90), 90],
    ["with a face lit in the dark", litIn(80, 80), 80],
  ])("is that of the lightest part: of a frame %s", (_, frame, lightest) => {
    expect(lightestPart(frame)).toBeCloseTo(lightest, 6);
  });

  it("is left as it is where there is enough", () => {
    const frame = frameOf(64, 48, 120);
    expect(liftDark(frame, lightestPart(frame))).toBe(frame);
  });

  it("is lifted to daylight in a copy, and by ten times at most", () => {
    const [dim, dark] = [frameOf(64, 48, 40), frameOf(64, 48, 5)];
    const lifted = [dim, dark].map((frame) => liftDark(frame, lightestPart(frame)).data[0]);
    expect([...lifted, dim.data[0], dark.data[0]]).toEqual([200, 50, 40, 5]);
  });

  it("is not lifted beyond white, whatever is small and lighter", () => {
    const frame = litIn(90, 40);
    frame.data.fill(250, 0, 3);
    expect(liftDark(frame, 90).data[0]).toBe(255);
  });
});
