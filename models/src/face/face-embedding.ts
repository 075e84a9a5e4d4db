import { inspect } from "node:util";

export const embeddingLength = 192;

export interface EmbeddingParts {
  /** Unit vector of the whole aligned face. */
  readonly whole: Float32Array;
  /** Unit vector of the face with everything below the bridge of the nose blanked; absent where it was not asked for. */
  readonly upper: Float32Array | undefined;
  /** First eight bytes of the embedding model's SHA-256: vectors of different models are never compared. */
  readonly model: Uint8Array;
  /** 0 to 1: how much the face looks masked. */
  readonly maskEvidence: number;
  /** What the mask evidence was judged by. */
  readonly maskFeatures: Float32Array;
  /** The face was turned so far that what is not seen of it was guessed; it is compared with nobody. */
  readonly turned: boolean;
}

const partsOf = new WeakMap<FaceEmbedding, EmbeddingParts>();

/** What a network made of one face. Biometric: its numbers are reached inside this workspace alone, and it prints as `[face]`. */
export class FaceEmbedding {
  constructor(parts: EmbeddingParts) {
    partsOf.set(this, parts);
  }

  /** Fills the numbers with nought; the embedding then matches nothing. */
  overwrite(): void {
    const parts = partsOf.get(this);
    parts?.whole.fill(0);
    parts?.upper?.fill(0);
    parts?.maskFeatures.fill(0);
  }

  toString(): string {
    return "[face]";
  }

  toJSON(): string {
    return "[face]";
  }

  [inspect.custom](): string {
    return "[face]";
  }
}

/** For this workspace alone; not part of its public face. */
export function embeddingParts(embedding: FaceEmbedding): EmbeddingParts {
  const parts = partsOf.get(embedding);
  if (parts === undefined) throw new TypeError("this embedding was not made here");
  return parts;
}

/** Scales a vector to unit length, in place; a vector of noughts stays so. */
export function toUnitLength(vector: Float32Array): Float32Array {
  const norm = Math.sqrt(dot(vector, vector));
  if (norm > 0) for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? 0) / norm;
  return vector;
}

export function dot(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += (one[i] ?? 0) * (other[i] ?? 0);
  return sum;
}
