import { createCipheriv, hkdfSync } from "node:crypto";
import { ModelsError } from "../models-error.js";
import { overwrite } from "./overwrite.js";

export type Branch = "bare" | "masked";

export const transformKeyLength = 32;

/**
 * Turns vectors by an orthogonal matrix that a key alone decides, so that cosines are kept and vectors under different
 * keys are unrelated. The matrix is a product of Householder reflections that take one axis after the other to a normally distributed
 * direction, and of signs, which is uniform over all orthogonal matrices (G. W. Stewart, 1980); the numbers come from AES-256-CTR under a key
 * of HKDF-SHA-256, another for each branch.
 */
export class KeyedTransform {
  readonly #length: number;
  /** The reflections' unit vectors, one after the other: `length`, `length - 1`, … 2 numbers. */
  readonly #reflections: Float64Array;
  readonly #signs: Float64Array;

  /** Refuses, with `template-key-size`, a key that is not 32 bytes. */
  constructor(key: Uint8Array, branch: Branch, length: number) {
    if (key.length !== transformKeyLength) {
      throw new ModelsError("template-key-size", `${key.length} bytes are no template key`, {
        remedy: `Give the ${transformKeyLength} bytes that the site keeps for this wallet and epoch.`,
      });
    }
    this.#length = length;
    const total = (length * (length + 1)) / 2 - 1;
    const normal = normalNumbers(key, branch, total + length);
    this.#reflections = normal.subarray(0, total);
    this.#signs = normal.subarray(total).map((value) => (value < 0 ? -1 : 1));
    for (let at = 0, size = length; size >= 2; at += size, size--) {
      const vector = this.#reflections.subarray(at, at + size);
      // The reflection that takes the first axis to this random direction; along the direction itself it would hardly move.
      const reach = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
      vector[0] = (vector[0] ?? 0) + ((vector[0] ?? 0) < 0 ? -reach : reach);
      const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
      for (let i = 0; i < size; i++) vector[i] = (vector[i] ?? 0) / norm;
    }
  }

  /** The turned vector, a new one. */
  apply(vector: ArrayLike<number>): Float64Array {
    const turned = Float64Array.from(vector);
    for (let at = 0, size = this.#length; size >= 2; at += size, size--) {
      const start = this.#length - size;
      let along = 0;
      for (let i = 0; i < size; i++) along += (this.#reflections[at + i] ?? 0) * (turned[start + i] ?? 0);
      for (let i = 0; i < size; i++) {
        turned[start + i] = (turned[start + i] ?? 0) - 2 * along * (this.#reflections[at + i] ?? 0);
      }
    }
    for (let i = 0; i < this.#length; i++) turned[i] = (turned[i] ?? 0) * (this.#signs[i] ?? 1);
    return turned;
  }

  overwrite(): void {
    overwrite(this.#reflections, this.#signs);
  }
}

/** Independent standard normal numbers (Box and Muller, 1958) from a key stream. */
function normalNumbers(key: Uint8Array, branch: Branch, count: number): Float64Array {
  const pairs = Math.ceil(count / 2);
  const derived = new Uint8Array(hkdfSync("sha256", key, new Uint8Array(), `wardkey template 1 ${branch}`, 48));
  const cipher = createCipheriv("aes-256-ctr", derived.subarray(0, 32), derived.subarray(32));
  const stream = cipher.update(new Uint8Array(pairs * 8));
  const numbers = new Float64Array(pairs * 2);
  for (let pair = 0; pair < pairs; pair++) {
    const first = (stream.readUInt32LE(pair * 8) + 1) / 2 ** 32;
    const second = stream.readUInt32LE(pair * 8 + 4) / 2 ** 32;
    const radius = Math.sqrt(-2 * Math.log(first));
    numbers[pair * 2] = radius * Math.cos(2 * Math.PI * second);
    numbers[pair * 2 + 1] = radius * Math.sin(2 * Math.PI * second);
  }
  overwrite(derived, stream);
  return numbers;
}
