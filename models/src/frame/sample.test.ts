import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Frame } from "./frame.js";
import { applySimilarity, invertSimilarity, sampleSquare, squareToFrame } from "./sample.js";

/** Red grows to the right and green downwards, two steps a pixel. */
function gradient(width: number, height: number): Frame {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set([2 * x, 2 * y, 200], (y * width + x) * 3);
  }
  return { width, height, data };
}

function sample(frame: Frame, side: number, angle: number, size: number, pixelsPerTap = 100): Float32Array {
  const data = new Float32Array(size * size * 3);
  const centre = { x: frame.width / 2, y: frame.height / 2 };
  const target = { data, size, gain: 1, bias: 0 };
  sampleSquare(frame, squareToFrame(centre, side, angle, size), target, { pixelsPerTap });
  return data;
}

function pixel(data: Float32Array, size: number, x: number, y: number): number[] {
  return [...data.subarray((y * size + x) * 3, (y * size + x) * 3 + 3)].map((value) => Math.round(value * 100) / 100);
}

describe("sampling a square of a frame", () => {
  it("copies the pixels when the square is as large as its piece of the frame", () => {
    const data = sample(gradient(64, 64), 32, 0, 32);
    expect(pixel(data, 32, 0, 0)).toEqual([32, 32, 200]);
    expect(pixel(data, 32, 31, 7)).toEqual([94, 46, 200]);
  });

  it("blends between pixels when it enlarges", () => {
    expect(pixel(sample(gradient(64, 64), 16, 0, 32), 32, 0, 0)).toEqual([47.5, 47.5, 200]);
  });

  it("turns with the angle: a quarter turn makes right what was down", () => {
    const data = sample(gradient(64, 64), 32, Math.PI / 2, 32);
    expect(pixel(data, 32, 0, 0)).toEqual([94, 32, 200]);
    expect(pixel(data, 32, 31, 0)).toEqual([94, 94, 200]);
  });

  it("averages what lies between the samples when it shrinks", () => {
    const stripes = gradient(64, 64);
    for (let i = 0; i < stripes.data.length; i++) stripes.data[i] = Math.floor(i / 3) % 2 === 0 ? 0 : 200;
    const averaged = sample(stripes, 64, 0, 16, 1);
    expect(pixel(averaged, 16, 8, 8)).toEqual([100, 100, 100]);
  });

  it("is black outside the frame, and applies gain and bias there too", () => {
    const data = new Float32Array(32 * 32 * 3).fill(9);
    const toFrame = squareToFrame({ x: -100, y: -100 }, 32, 0, 32);
    sampleSquare(gradient(64, 64), toFrame, { data, size: 32, gain: 1 / 128, bias: -1 }, { pixelsPerTap: 2 });
    expect(new Set(data)).toEqual(new Set([-1]));
  });
});

describe("a similarity", () => {
  it("is undone by its inverse", () => {
    const number = fc.double({ min: -100, max: 100, noNaN: true });
    const scale = fc.double({ min: 0.1, max: 10, noNaN: true });
    fc.assert(
      fc.property(number, number, scale, number, (x, y, side, angle) => {
        const map = squareToFrame({ x: 5, y: -3 }, side, angle, 1);
        const back = applySimilarity(invertSimilarity(map), applySimilarity(map, { x, y }));
        expect(back.x).toBeCloseTo(x, 5);
        expect(back.y).toBeCloseTo(y, 5);
      }),
    );
  });
});
