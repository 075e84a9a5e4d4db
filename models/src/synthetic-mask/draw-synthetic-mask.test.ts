import { describe, expect, it } from "vitest";
import { FaceMesh, meshPoints } from "../face/face-mesh.js";
import type { Frame } from "../frame/frame.js";
import { drawSyntheticMask } from "./draw-synthetic-mask.js";

const size = 200;

/** A mesh whose drawn points lie on an oval: bridge at the top of the mask, chin at its bottom. */
function ovalMesh(): FaceMesh {
  const raw = new Float32Array(meshPoints * 3);
  const put = (indices: readonly number[], from: number, to: number) => {
    for (const [step, index] of indices.entries()) {
      const angle = from + ((to - from) * step) / (indices.length - 1);
      raw.set([100 + 60 * Math.cos(angle), 110 + 60 * Math.sin(angle), 0], index * 3);
    }
  };
  put(
    [127, 227, 117, 118, 101, 100, 47, 114, 188, 6, 412, 343, 277, 329, 330, 347, 346, 447, 356],
    Math.PI,
    2 * Math.PI,
  );
  put([323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172, 58, 132, 93], 0, Math.PI);
  put([234, 197, 454], Math.PI, 2 * Math.PI);
  return new FaceMesh(raw, { a: 1, b: 0, tx: 0, ty: 0 });
}

function skin(): Frame {
  const data = new Uint8Array(size * size * 3);
  for (let at = 0; at < data.length; at += 3) data.set([190, 150, 130], at);
  return { width: size, height: size, data };
}

function pixel(frame: Frame, x: number, y: number): number[] {
  return [...frame.data.subarray((y * size + x) * 3, (y * size + x) * 3 + 3)];
}

describe("a drawn mask", () => {
  it("covers the middle of its outline with its colour and leaves the rest as it was", () => {
    const frame = skin();
    drawSyntheticMask(frame, ovalMesh(), { colour: [0, 0, 250] });
    const [red, green, blue] = pixel(frame, 100, 110);
    expect([red, green]).toEqual([0, 0]);
    expect(blue).toBeGreaterThan(120);
    for (const [x, y] of [
      [100, 20],
      [5, 110],
      [195, 110],
      [100, 190],
    ] as const) {
      expect(pixel(frame, x, y)).toEqual([190, 150, 130]);
    }
  });

  it("is the same for the same seed and another for another", () => {
    const [one, again, other] = [skin(), skin(), skin()];
    drawSyntheticMask(one, ovalMesh(), { seed: 3 });
    drawSyntheticMask(again, ovalMesh(), { seed: 3 });
    drawSyntheticMask(other, ovalMesh(), { seed: 4 });
    const drawn = Buffer.from(one.data);
    expect([drawn.equals(again.data), drawn.equals(other.data)]).toEqual([true, false]);
  });

  it("is darker on a face in the dark", () => {
    const [light, dark] = [skin(), skin()];
    for (let i = 0; i < dark.data.length; i++) dark.data[i] = (dark.data[i] ?? 0) / 6;
    for (const frame of [light, dark]) drawSyntheticMask(frame, ovalMesh());
    expect(pixel(dark, 100, 110)[1]).toBeLessThan((pixel(light, 100, 110)[1] ?? 0) - 20);
  });

  it("is cut off at the frame's border", () => {
    const frame = skin();
    const raw = new Float32Array(meshPoints * 3);
    const beyond = new FaceMesh(raw, { a: 1, b: 0, tx: -500, ty: -500 });
    drawSyntheticMask(frame, beyond);
    expect(Buffer.from(frame.data).equals(skin().data)).toBe(true);
  });
});
