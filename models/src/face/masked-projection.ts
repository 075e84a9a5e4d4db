import { ModelsError } from "../models-error.js";
import { embeddingLength, toUnitLength } from "./face-embedding.js";

/**
 * Lays a bare face's vector beside those that the network for masked faces makes: nobody has to enrol with a mask.
 * `(x - mean) * matrix`, of unit length; fitted by models/training/masks/fit_projection.py.
 */
export type MaskedProjection = (bare: Float32Array) => Float32Array;

/** Reads the mean and then the matrix row by row, float32, little-endian; refuses other contents with `model-shape`. */
export function readMaskedProjection(bytes: Uint8Array, file: string): MaskedProjection {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = Float32Array.from({ length: Math.floor(bytes.byteLength / 4) }, (_, i) =>
    view.getFloat32(i * 4, true),
  );
  const whole = bytes.byteLength === 4 * embeddingLength * (embeddingLength + 1);
  if (!whole || !numbers.every(Number.isFinite)) {
    throw new ModelsError("model-shape", "this is no projection of 192 numbers onto 192", {
      file,
      remedy: "Restore the file from the release.",
    });
  }
  const mean = numbers.subarray(0, embeddingLength);
  const matrix = numbers.subarray(embeddingLength);
  return (bare) => {
    const projected = new Float32Array(embeddingLength);
    for (let row = 0; row < embeddingLength; row++) {
      const centred = (bare[row] ?? 0) - (mean[row] ?? 0);
      for (let column = 0; column < embeddingLength; column++) {
        projected[column] = (projected[column] ?? 0) + centred * (matrix[row * embeddingLength + column] ?? 0);
      }
    }
    return toUnitLength(projected);
  };
}
