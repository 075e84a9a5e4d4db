import { ModelsError } from "../models-error.js";
import type { VectorName } from "./face-vectors.js";
import { normalNumbers } from "./key-stream.js";
import { overwrite } from "./overwrite.js";

export const transformKeyLength = 32;

/**
 * Turns vectors by an orthogonal matrix that a key alone decides, so that cosines are kept and vectors under different
 * keys are unrelated. The matrix is a product of Householder reflections that take one axis after the other to a normally distributed
 * direction, and of signs, which is uniform over all orthogonal matrices (G. W. Stewart, 1980): whatever face is turned,
 * the result is uniform on the sphere for whoever lacks the key. Each of a template's vectors has a matrix of its own.
 */
export class KeyedTransform {
  readonly #length: number;
  /** The reflections' unit vectors, one after the other: `length`, `length - 1`, … 2 numbers; then the signs. */
  readonly #numbers: Float64Array;
  readonly #signsAt: number;

  /** Refuses, with `template-key-size`, a key that is not 32 bytes. */
  constructor(key: Uint8Array, name: VectorName, length: number) {
    if (key.length !== transformKeyLength) {
      throw new ModelsError("template-key-size", `${key.length} bytes are no template key`, {
        remedy: `Give the ${transformKeyLength} bytes that the site keeps for this wallet and epoch.`,
      });
    }
    this.#length = length;
    this.#signsAt = (length * (length + 1)) / 2 - 1;
    this.#numbers = normalNumbers(key, `wardkey template 2 ${name}`, this.#signsAt + length);
    for (let at = 0, size = length; size >= 2; at += size, size--) {
      const vector = this.#numbers.subarray(at, at + size);
      // The reflection that takes the first axis to this random direction; along the direction itself it would hardly move.
      const reach = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
      vector[0] = (vector[0] ?? 0) + ((vector[0] ?? 0) < 0 ? -reach : reach);
      const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
      for (let i = 0; i < size; i++) vector[i] = (vector[i] ?? 0) / norm;
    }
  }

  /** The turned vector, a new one, which the caller overwrites. */
  apply(vector: ArrayLike<number>): Float64Array {
    const numbers = this.#numbers;
    const turned = new Float64Array(this.#length);
    turned.set(vector);
    for (let at = 0, size = this.#length; size >= 2; at += size, size--) {
      const start = this.#length - size;
      let along = 0;
      for (let i = 0; i < size; i++) along += (numbers[at + i] ?? 0) * (turned[start + i] ?? 0);
      for (let i = 0; i < size; i++) {
        turned[start + i] = (turned[start + i] ?? 0) - 2 * along * (numbers[at + i] ?? 0);
      }
    }
    for (let i = 0; i < this.#length; i++) if ((numbers[this.#signsAt + i] ?? 0) < 0) turned[i] = -(turned[i] ?? 0);
    return turned;
  }

  overwrite(): void {
    overwrite(this.#numbers);
  }
}
