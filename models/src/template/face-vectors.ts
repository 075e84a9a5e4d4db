import { embeddingParts, type FaceEmbedding, toUnitLength } from "../face/face-embedding.js";

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

/** Vectors that count in some branch: what every template must hold. */
export const requiredVectors: readonly VectorName[] = vectorNames.filter((name) =>
  Object.values(branchWeights).some((weights) => weights[name] !== undefined),
);

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

/** The branch in which a live face is judged: masked where it looks masked and has the vector for it. */
export function branchOf(
  face: FaceVectors,
  maskEvidence: number,
  thresholds: { readonly maskEvidence: number },
): Branch {
  return face.masked === undefined || maskEvidence < thresholds.maskEvidence ? "bare" : "masked";
}

/** The mean direction of several views of one person, in each vector that all of them have from one network. */
export function meanVectors(views: readonly FaceVectors[]): FaceVectors {
  const means: Partial<Record<VectorName, FaceVector>> = {};
  for (const name of vectorNames) {
    const own = views.flatMap((view) => view[name] ?? []);
    const [first] = own;
    if (first === undefined || own.length < views.length || !own.every((vector) => ofOneNetwork(vector, first)))
      continue;
    const numbers = new Float32Array(first.numbers.length);
    for (const vector of own) {
      for (let i = 0; i < numbers.length; i++) numbers[i] = (numbers[i] ?? 0) + (vector.numbers[i] ?? 0);
    }
    means[name] = { numbers: toUnitLength(numbers), model: first.model };
  }
  return means;
}

function ofOneNetwork(one: FaceVector, other: FaceVector): boolean {
  return one.numbers.length === other.numbers.length && one.model.every((byte, i) => byte === other.model[i]);
}
