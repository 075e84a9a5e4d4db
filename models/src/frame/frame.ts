import { createHash } from "node:crypto";
import { ModelsError } from "../models-error.js";

/** One picture: RGB, interleaved, `width * height * 3` bytes, rows from the top. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const smallestSide = 32;
export const largestSide = 4096;

/** Refuses, with `frame-size`, a frame whose sides are out of bounds or whose bytes are not what its sides say. */
export function checkFrame({ width, height, data }: Frame): void {
  const sides = [width, height];
  const fits = sides.every((side) => Number.isInteger(side) && side >= smallestSide && side <= largestSide);
  if (fits && data.length === width * height * 3) return;
  throw new ModelsError("frame-size", `${data.length} bytes are no ${width}x${height} RGB frame`, {
    remedy: `Give width x height x 3 bytes, each side ${smallestSide} to ${largestSide}.`,
  });
}

const signatureRows = 32;

/**
 * A short digest of what a frame shows: 16 hexadecimal digits over 32 rows of it. A sensor's noise changes it from frame
 * to frame, so a signature that stays the same is a frozen or replayed picture.
 */
export function frameSignature({ width, height, data }: Frame): string {
  const hash = createHash("sha256").update(`${width}x${height}`);
  for (let i = 0; i < signatureRows; i++) {
    const start = Math.floor(((i + 0.5) * height) / signatureRows) * width * 3;
    hash.update(data.subarray(start, start + width * 3));
  }
  return hash.digest("hex").slice(0, 16);
}
