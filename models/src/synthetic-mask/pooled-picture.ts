import type { MaskPicture } from "./mask-template.js";

/** A picture made smaller by a whole factor, colours multiplied by their alpha, so that it can be sampled without noise. */
export interface PooledPicture {
  /** Colour times alpha (0 to 255) and alpha (0 to 1) at a point in pixels of the full picture; nought outside it. */
  sample(x: number, y: number, into: Float32Array): void;
}

const kept = new WeakMap<MaskPicture, Map<number, PooledPicture>>();

/** Kept beside the picture, since the same mask is put on many faces. */
export function pooled(picture: MaskPicture, factor: number): PooledPicture {
  const sizes = kept.get(picture) ?? new Map<number, PooledPicture>();
  kept.set(picture, sizes);
  const known = sizes.get(factor);
  if (known !== undefined) return known;
  const made = shrink(picture, factor);
  sizes.set(factor, made);
  return made;
}

function shrink({ width, height, rgba }: MaskPicture, factor: number): PooledPicture {
  // One transparent pixel all around, so that every sample has four neighbours.
  const [columns, rows] = [Math.ceil(width / factor) + 2, Math.ceil(height / factor) + 2];
  const data = new Float32Array(columns * rows * 4);
  const share = 1 / (factor * factor);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 4;
      const to = ((Math.floor(y / factor) + 1) * columns + Math.floor(x / factor) + 1) * 4;
      const alpha = ((rgba[from + 3] ?? 0) / 255) * share;
      for (let channel = 0; channel < 3; channel++) {
        data[to + channel] = (data[to + channel] ?? 0) + (rgba[from + channel] ?? 0) * alpha;
      }
      data[to + 3] = (data[to + 3] ?? 0) + alpha;
    }
  }
  return {
    sample(x, y, into) {
      const [u, v] = [x / factor + 0.5, y / factor + 0.5];
      if (!(u >= 0 && v >= 0 && u < columns - 1 && v < rows - 1)) {
        into.fill(0);
        return;
      }
      const [column, row] = [Math.floor(u), Math.floor(v)];
      const [fx, fy] = [u - column, v - row];
      const at = (row * columns + column) * 4;
      const under = at + columns * 4;
      for (let channel = 0; channel < 4; channel++) {
        const above = (data[at + channel] ?? 0) * (1 - fx) + (data[at + 4 + channel] ?? 0) * fx;
        const below = (data[under + channel] ?? 0) * (1 - fx) + (data[under + 4 + channel] ?? 0) * fx;
        into[channel] = above * (1 - fy) + below * fy;
      }
    },
  };
}
