import {
  embeddingParts,
  type FaceEmbedding,
  type FaceVector,
  type FaceVectors,
  toUnitLength,
  type VectorName,
  vectorNames,
} from "../face/face-embedding.js";

export { type FaceVector, type FaceVectors, type VectorName, vectorNames } from "../face/face-embedding.js";

/** How a live face is judged, each by its own threshold. */
export type Branch = "bare" | "masked";

/** What every template must hold. */
export const requiredVectors: readonly VectorName[] = ["bare", "masked"];

type Weights = Readonly<Partial<Record<VectorName, number>>>;

const bareAlone: Weights = { bare: 1 };
// Chosen on people who were not kept out: half as much weight for the second opinion, each in units of its impostors' spread.
const bareAndSecond: Weights = { bare: 0.3, second: 0.7 };
const maskedAlone: Weights = { masked: 1 };

/**
 * What each vector counts for in a branch. A live face has a second opinion exactly where its registry names the network
 * for it, and then the template must have one of that network too.
 */
function weightsIn(branch: Branch, hasSecond: boolean): Weights {
  switch (branch) {
    case "bare":
      return hasSecond ? bareAndSecond : bareAlone;
    case "masked":
      return maskedAlone;
  }
}

/** The vectors of one face, seen in place. */
export function vectorsOf(face: FaceEmbedding): FaceVectors {
  return embeddingParts(face).vectors;
}

/**
 * The similarity by which a branch judges a live face, from the cosine of each vector that counts there; undefined where
 * one is missing. The agent's match and every calibration go through here.
 */
export function branchSimilarity(
  branch: Branch,
  live: { readonly second?: FaceVector },
  cosineOf: (name: VectorName) => number | undefined,
): number | undefined {
  const weights = weightsIn(branch, live.second !== undefined);
  let sum = 0;
  for (const name of vectorNames) {
    const weight = weights[name];
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
