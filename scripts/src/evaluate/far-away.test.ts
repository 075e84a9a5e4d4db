import type { Frame } from "@wardkey/models";
import { describe, expect, it } from "vitest";
import { farAway } from "./far-away.js";

/** A white square in the middle of grey, a quarter of the frame's width. */
function square(width: number, height: number): Frame {
  const data = new Uint8Array(width * height * 3).fill(90);
  for (let y = (height * 3) / 8; y < (height * 5) / 8; y++) {
    data.fill(255, (y * width + (width * 3) / 8) * 3, (y * width + (width * 5) / 8) * 3);
  }
  return { width, height, data };
}

const brightIn = ({ data }: Frame): number => data.filter((value, at) => at % 3 === 0 && value > 172).length;

describe("a photo from farther away", () => {
  it("keeps the frame's size, its rim and its middle, and is as much smaller as it is farther", async () => {
    const near = square(320, 240);
    const far = await farAway(near, 2);
    expect([far.width, far.height]).toEqual([320, 240]);
    expect(brightIn(far) / brightIn(near)).toBeCloseTo(0.25, 1);
    const middle = (120 * 320 + 160) * 3;
    expect(far.data[middle]).toBeGreaterThan(240);
    expect(far.data[0]).toBeGreaterThan(80);
    expect(far.data[0]).toBeLessThan(100);
  });
});
