import { alignedSize } from "./alignment.js";

/** What an aligned face looks like, measured on the embedding network's input. */
export interface AlignedLook {
  /** Mean luma, 0 to 255. */
  readonly brightness: number;
  /** Energy of the Laplacian over the variance of the luma: no unit, independent of light. */
  readonly sharpness: number;
  /** How much lighter one half is than the other, over the whole's light: 0 is even, 2 the most. */
  readonly unevenness: number;
  /** How much the halves differ once their light is made equal, over the whole's light: 0 is a mirror image. */
  readonly asymmetry: number;
}

// The middle of the face; hair and background are sharp or flat for reasons of their own.
const [from, to] = [24, 88];
const cellSize = 8;

/** `input` holds the aligned face as the embedding network takes it, (value - 127.5) / 128. */
export function measureAligned(input: Float32Array): AlignedLook {
  const luma = (x: number, y: number) => {
    const at = (y * alignedSize + x) * 3;
    return 0.299 * (input[at] ?? 0) + 0.587 * (input[at + 1] ?? 0) + 0.114 * (input[at + 2] ?? 0);
  };
  let [sum, squares, edges, count] = [0, 0, 0, 0];
  for (let y = from; y < to; y++) {
    for (let x = from; x < to; x++) {
      const value = luma(x, y);
      const laplacian = 4 * value - luma(x - 1, y) - luma(x + 1, y) - luma(x, y - 1) - luma(x, y + 1);
      sum += value;
      squares += value * value;
      edges += laplacian * laplacian;
      count++;
    }
  }
  const mean = sum / count;
  const variance = squares / count - mean * mean;
  const sharpness = variance > 1e-6 ? edges / count / variance : 0;
  return { brightness: mean * 128 + 127.5, sharpness, ...compareHalves(input) };
}

function compareHalves(input: Float32Array): Pick<AlignedLook, "unevenness" | "asymmetry"> {
  const across = (to - from) / cellSize;
  const cells = Array.from({ length: across * across }, (_, index) =>
    colourOf(input, from + (index % across) * cellSize, from + Math.floor(index / across) * cellSize),
  );
  const mirrored = cells.map((_, index) => index - (index % across) + (across - 1 - (index % across)));
  const inLeft = (index: number) => index % across < across / 2;
  const light = ([red = 0, green = 0, blue = 0]: readonly number[]) => 0.299 * red + 0.587 * green + 0.114 * blue;
  let [left, right] = [0, 0];
  for (const [index, cell] of cells.entries()) {
    if (inLeft(index)) left += light(cell);
    else right += light(cell);
  }
  const whole = Math.max(1, left + right);
  const balance = left / Math.max(1, right);
  let difference = 0;
  for (const [index, cell] of cells.entries()) {
    if (!inLeft(index)) continue;
    const other = cells[mirrored[index] ?? index] ?? cell;
    for (const [channel, value] of cell.entries()) difference += Math.abs(value - (other[channel] ?? 0) * balance) / 3;
  }
  return { unevenness: (2 * Math.abs(left - right)) / whole, asymmetry: difference / Math.max(1, left) };
}

/** Mean red, green and blue of a cell, 0 to 255. */
function colourOf(input: Float32Array, left: number, top: number): readonly number[] {
  let [red, green, blue] = [0, 0, 0];
  for (let y = top; y < top + cellSize; y++) {
    for (let x = left; x < left + cellSize; x++) {
      const at = (y * alignedSize + x) * 3;
      red += input[at] ?? 0;
      green += input[at + 1] ?? 0;
      blue += input[at + 2] ?? 0;
    }
  }
  return [red, green, blue].map((total) => (total / (cellSize * cellSize)) * 128 + 127.5);
}
