import { describe, expect, it } from "vitest";
import type { Frame, Point } from "../frame/frame.js";
import type { Network } from "../runtime/network.js";
import { alignmentTemplate } from "./alignment.js";
import { straighten } from "./straighten.js";

const frame: Frame = { width: 200, height: 200, data: new Uint8Array(200 * 200 * 3).fill(90) };

/** Says in turn what it was told to: turn, log of scale, shift right and down in sixteenths of pixels of the square. */
function saying(...answers: readonly (readonly number[])[]): Network & { readonly seen: number[] } {
  const input = new Float32Array(64 * 64 * 3);
  const seen: number[] = [];
  return {
    input,
    size: 64,
    seen,
    run: async () => {
      seen.push(input[0] ?? Number.NaN);
      return [Float32Array.from(answers[seen.length - 1] ?? [])];
    },
    close: async () => undefined,
  };
}

const moved = (points: readonly Point[], by: Point): readonly Point[] =>
  points.map(({ x, y }) => ({ x: x + by.x, y: y + by.y }));

function expectNear(points: readonly Point[], wanted: readonly Point[]): void {
  for (const [index, { x, y }] of points.entries()) {
    expect(x).toBeCloseTo(wanted[index]?.x ?? Number.NaN, 2);
    expect(y).toBeCloseTo(wanted[index]?.y ?? Number.NaN, 2);
  }
}

describe("putting a masked face straight", () => {
  const where = moved(alignmentTemplate, { x: 40, y: 30 });

  it("leaves a face alone that lies as it should, after two looks", async () => {
    const network = saying([0, 0, 0, 0], [0, 0, 0, 0]);
    expectNear(await straighten(frame, where, network), where);
    expect(network.seen).toHaveLength(2);
  });

  it("moves the points to where the face is seen, the second look from where the first one ended", async () => {
    const network = saying([0, 0, 0.5, -0.25], [0, 0, 0.25, 0]);
    expectNear(await straighten(frame, where, network), moved(where, { x: 12, y: -4 }));
  });

  it("turns and scales about the middle of the face", async () => {
    const network = saying([Math.PI / 2, Math.log(2), 0, 0], [0, 0, 0, 0]);
    const middle = { x: 40 + 56, y: 30 + 56 };
    const wanted = where.map(({ x, y }) => ({ x: middle.x - 2 * (y - middle.y), y: middle.y + 2 * (x - middle.x) }));
    expectNear(await straighten(frame, where, network), wanted);
  });
});
