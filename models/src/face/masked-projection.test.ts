import { describe, expect, it } from "vitest";
import { embeddingLength } from "./face-embedding.js";
import { readMaskedProjection } from "./masked-projection.js";

/** A mean of halves and a matrix that swaps the first two numbers. */
function swapping(): Uint8Array {
  const numbers = new Float32Array(embeddingLength * (embeddingLength + 1));
  numbers.fill(0.5, 0, embeddingLength);
  const put = (row: number, column: number) => {
    numbers[embeddingLength * (1 + row) + column] = 1;
  };
  put(0, 1);
  put(1, 0);
  for (let i = 2; i < embeddingLength; i++) put(i, i);
  return new Uint8Array(numbers.buffer);
}

describe("the projection of bare faces", () => {
  it("takes the mean away, applies the matrix and makes the length one", () => {
    const bare = new Float32Array(embeddingLength).fill(0.5);
    bare[0] = 3.5;
    bare[2] = 4.5;
    const projected = readMaskedProjection(swapping(), "projection.f32")(bare);
    expect([projected[0], projected[1], projected[2], projected[3]]).toEqual([
      0,
      Math.fround(0.6),
      Math.fround(0.8),
      0,
    ]);
    expect(bare[0]).toBe(3.5);
  });

  it.each([
    ["too short", () => swapping().slice(4)],
    ["not of whole numbers", () => Uint8Array.from(Buffer.concat([swapping(), new Uint8Array(1)]))],
    [
      "not finite",
      () => new Uint8Array(new Float32Array(embeddingLength * (embeddingLength + 1)).fill(Number.NaN).buffer),
    ],
  ])("is refused when its file is %s", (_, make) => {
    expect(() => readMaskedProjection(make(), "projection.f32")).toThrow(
      expect.objectContaining({ code: "model-shape", file: "projection.f32" }),
    );
  });
});
