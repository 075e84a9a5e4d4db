import { ModelsError } from "../models-error.js";
import { alignedSize } from "./alignment.js";
import { dot, embeddingLength } from "./face-embedding.js";

/** How much a face looks masked, 0 to 1, from its mask features. */
export type MaskEstimator = (features: Float32Array) => number;

const cellSize = 8;
// The skin between brows and lower lids, which a mask leaves bare: what the rest is compared with.
const skin = { top: 3, bottom: 5, left: 3, right: 11 };
// From the eyes to the chin, without the outermost columns.
const looked = { top: 6, bottom: 14, left: 1, right: 13 };
const numbersPerCell = 4;

export const maskFeatureCount =
  (looked.bottom - looked.top) * (looked.right - looked.left) * numbersPerCell + embeddingLength;

/**
 * What mask evidence is judged by: for each cell of the lower face its light and colour against the skin around the
 * eyes and its roughness; then the embedding. `aligned` is the embedding network's input.
 */
export function maskFeatures(aligned: Float32Array, whole: Float32Array): Float32Array {
  const reference = meanColour(aligned, skin);
  const features = new Float32Array(maskFeatureCount);
  let to = 0;
  for (let row = looked.top; row < looked.bottom; row++) {
    for (let column = looked.left; column < looked.right; column++) {
      const cell = { top: row, bottom: row + 1, left: column, right: column + 1 };
      const [red = 0, green = 0, blue = 0] = meanColour(aligned, cell).map((mean, i) => mean - (reference[i] ?? 0));
      const light = (red + green + blue) / 3;
      features.set([light, red - light, blue - light, roughness(aligned, row, column)], to);
      to += numbersPerCell;
    }
  }
  features.set(whole, to);
  return features;
}

interface Cells {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

function meanColour(aligned: Float32Array, { top, bottom, left, right }: Cells): readonly number[] {
  const sums = [0, 0, 0];
  for (let y = top * cellSize; y < bottom * cellSize; y++) {
    for (let x = left * cellSize; x < right * cellSize; x++) {
      const at = (y * alignedSize + x) * 3;
      for (let channel = 0; channel < 3; channel++) sums[channel] = (sums[channel] ?? 0) + (aligned[at + channel] ?? 0);
    }
  }
  const count = (bottom - top) * (right - left) * cellSize * cellSize;
  return sums.map((sum) => sum / count);
}

/** Standard deviation of the luma in one cell. */
function roughness(aligned: Float32Array, row: number, column: number): number {
  let [sum, squares] = [0, 0];
  for (let y = row * cellSize; y < (row + 1) * cellSize; y++) {
    for (let x = column * cellSize; x < (column + 1) * cellSize; x++) {
      const at = (y * alignedSize + x) * 3;
      const luma = 0.299 * (aligned[at] ?? 0) + 0.587 * (aligned[at + 1] ?? 0) + 0.114 * (aligned[at + 2] ?? 0);
      sum += luma;
      squares += luma * luma;
    }
  }
  const count = cellSize * cellSize;
  return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
}

/** One rectified unit of the hidden layer. */
export interface MaskEvidenceUnit {
  readonly weights: readonly number[];
  readonly bias: number;
  /** What the unit adds to the output, times its activity. */
  readonly output: number;
}

/** A network of one hidden layer of rectified units and a logistic output. */
export interface MaskEvidenceWeights {
  readonly hidden: readonly MaskEvidenceUnit[];
  readonly bias: number;
}

const numbersPerUnit = maskFeatureCount + 2;
const mostUnits = 64;

/** Sees no mask on anybody: for an embedding model for which nobody has fitted weights. */
export const noMaskEvidence: MaskEstimator = () => 0;

/** The weights' file: float32, little-endian; for each unit its weights, bias and output, then the last bias. */
export function writeMaskEvidence({ hidden, bias }: MaskEvidenceWeights): Uint8Array {
  const numbers = [...hidden.flatMap((unit) => [...unit.weights, unit.bias, unit.output]), bias];
  const view = new DataView(new ArrayBuffer(numbers.length * 4));
  for (const [index, value] of numbers.entries()) view.setFloat32(index * 4, value, true);
  return new Uint8Array(view.buffer);
}

/** Reads what `writeMaskEvidence` wrote; refuses other contents with `model-shape`. */
export function readMaskEvidence(bytes: Uint8Array, file: string): MaskEvidenceWeights {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const units = (bytes.byteLength / 4 - 1) / numbersPerUnit;
  const numbers = Array.from({ length: Math.floor(bytes.byteLength / 4) }, (_, i) => view.getFloat32(i * 4, true));
  if (!Number.isInteger(units) || units < 1 || units > mostUnits || !numbers.every(Number.isFinite)) {
    throw new ModelsError("model-shape", "these are no mask evidence weights", {
      file,
      remedy: "Restore the mask evidence weights from the release.",
    });
  }
  const hidden = Array.from({ length: units }, (_, unit) => {
    const own = numbers.slice(unit * numbersPerUnit, (unit + 1) * numbersPerUnit);
    const [bias = 0, output = 0] = own.slice(maskFeatureCount);
    return { weights: own.slice(0, maskFeatureCount), bias, output };
  });
  return { hidden, bias: numbers.at(-1) ?? 0 };
}

export function maskEstimatorOf({ hidden, bias }: MaskEvidenceWeights): MaskEstimator {
  const units = hidden.map((unit) => ({ ...unit, weights: Float64Array.from(unit.weights) }));
  return (features) => {
    let sum = bias;
    for (const unit of units) sum += unit.output * Math.max(0, dot(unit.weights, features) + unit.bias);
    return 1 / (1 + Math.exp(-sum));
  };
}
