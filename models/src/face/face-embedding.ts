import { inspect } from "node:util";

export const embeddingLength = 192;

/** What a face is told by, in the order of a template's bytes: the whole face, the face behind a mask, the second opinion. */
export const vectorNames = ["bare", "masked", "second"] as const;
export type VectorName = (typeof vectorNames)[number];

export interface FaceVector {
  /** Of unit length. */
  readonly numbers: Float32Array;
  /** First eight bytes of the SHA-256 of the network that made it: vectors of different networks are never compared. */
  readonly model: Uint8Array;
}

export type FaceVectors = Readonly<Partial<Record<VectorName, FaceVector>>>;

export interface EmbeddingParts {
  /** Those that were asked for, or that its branch needs. */
  readonly vectors: FaceVectors;
  /** 0 to 1: how much the face looks masked. */
  readonly maskEvidence: number;
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
    for (const { numbers } of Object.values(parts?.vectors ?? {})) numbers.fill(0);
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
