import { embeddingParts, type FaceEmbedding } from "../face/face-embedding.js";

/** How a live face is judged, each by its own threshold. */
export type Branch = "bare" | "masked";

/** Vectors that a template may hold, in the order of their bytes. Every template has the first two. */
export const vectorNames = ["bare", "masked", "second"] as const;
export type VectorName = (typeof vectorNames)[number];

export interface FaceVector {
  /** Of unit length. */
  readonly numbers: Float32Array;
  /** First eight bytes of the SHA-256 of the network that made it: vectors of different networks are never compared. */
  readonly model: Uint8Array;
}

export type FaceVectors = Readonly<Partial<Record<VectorName, FaceVector>>>;

/** What each vector counts for in a branch. A face or template that lacks one of them is not judged in that branch. */
export const branchWeights: Readonly<Record<Branch, Readonly<Partial<Record<VectorName, number>>>>> = {
  bare: { bare: 1 },
  masked: { bare: 0.5, masked: 0.5 },
};

/** The vectors of one face, seen in place; the one place that says which part of an embedding is which. */
export function vectorsOf(face: FaceEmbedding): FaceVectors {
  const { whole, upper, model } = embeddingParts(face);
  const bare = { numbers: whole, model };
  return upper === undefined ? { bare } : { bare, masked: { numbers: upper, model } };
}

/**
 * The similarity by which a branch judges, from the cosine of each vector that counts there; undefined where one is
 * missing. The agent's match and every calibration go through here.
 */
export function branchSimilarity(
  branch: Branch,
  cosineOf: (name: VectorName) => number | undefined,
): number | undefined {
  let sum = 0;
  for (const name of vectorNames) {
    const weight = branchWeights[branch][name];
    if (weight === undefined) continue;
    const cosine = cosineOf(name);
    if (cosine === undefined) return undefined;
    sum += weight * cosine;
  }
  return sum;
}
