import { describe, expect, it } from "vitest";
import type { Frame, Point } from "../frame/frame.js";
import { applySimilarity, squareToFrame } from "../frame/sample.js";
import { chipTemplate, sampleDlibChip } from "./second-opinion.js";

/** A black frame with a white square of five pixels around each point. */
function framed(points: readonly Point[]): Frame {
  const frame = { width: 320, height: 240, data: new Uint8Array(320 * 240 * 3) };
  for (const { x, y } of points) {
    for (let row = -2; row <= 2; row++) {
      const start = ((Math.floor(y) + row) * frame.width + Math.floor(x) - 2) * 3;
      frame.data.fill(255, start, start + 15);
    }
  }
  return frame;
}

describe("the chip for the second opinion", () => {
  it("has eyes, nose and mouth where dlib's mean face has them, however the face is turned", () => {
    const placed = squareToFrame({ x: 160, y: 120 }, 170, 0.4, 150);
    const points = chipTemplate.map((point) => applySimilarity(placed, point));
    const input = new Float32Array(150 * 150 * 3);
    const network = { input, size: 150, run: async () => [], close: async () => undefined };
    sampleDlibChip(framed(points), points, network);
    for (const { x, y } of chipTemplate) {
      expect(input[(Math.floor(y) * 150 + Math.floor(x)) * 3]).toBeGreaterThan(250);
    }
    const lit = input.filter((value) => value > 127).length / 3;
    expect(lit).toBeLessThan(5 * 30);
  });
});
