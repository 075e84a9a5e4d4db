import { dot, embeddingParts, type FaceEmbedding } from "../face/face-embedding.js";
import type { Thresholds } from "../registry/operating-points.js";
import {
  type Branch,
  branchOf,
  branchSimilarity,
  type FaceVector,
  type VectorName,
  vectorsOf,
} from "./face-vectors.js";
import { KeyedTransform } from "./keyed-transform.js";
import { overwrite } from "./overwrite.js";
import type { ProtectedTemplate, StoredVector } from "./protected-template.js";

export type Match =
  | {
      readonly outcome: "match" | "below-threshold";
      readonly branch: Branch;
      /** For the decision alone: it never leaves the process that decides, and no log holds it beside a name. */
      readonly similarity: number;
    }
  /** No rate that somebody answers for was measured in the branch that this face belongs to. */
  | { readonly outcome: "branch-closed"; readonly branch: Branch }
  | { readonly outcome: "refused"; readonly reason: "template-other-model" | "template-erased" | "face-turned" };

/**
 * Compares one live face with one template. The mask evidence of the face chooses the branch, and the branch which
 * vectors are compared (`branchWeights`) and the threshold.
 * Refuses with `template-key-size` a key that is not 32 bytes.
 */
export function matchTemplate(input: {
  readonly template: ProtectedTemplate;
  readonly key: Uint8Array;
  readonly probe: FaceEmbedding;
  readonly thresholds: Thresholds;
}): Match {
  const { template, key, probe, thresholds } = input;
  const { maskEvidence, turned } = embeddingParts(probe);
  const face = vectorsOf(probe);
  if (template.erased) return { outcome: "refused", reason: "template-erased" };
  if (turned) return { outcome: "refused", reason: "face-turned" };
  const branch = branchOf(face, maskEvidence, thresholds);
  const point = thresholds[branch];
  if (point === null) return { outcome: "branch-closed", branch };
  const similarity = branchSimilarity(branch, face, (name) => {
    const [live, stored] = [face[name], template.vector(name)];
    const comparable = live !== undefined && stored !== undefined && sameNetwork(live, stored);
    return comparable ? cosineUnderKey(live, { stored, key, name }) : undefined;
  });
  if (similarity === undefined) return { outcome: "refused", reason: "template-other-model" };
  const reached = similarity >= point.threshold;
  return { outcome: reached ? "match" : "below-threshold", branch, similarity };
}

function sameNetwork(live: FaceVector, stored: StoredVector): boolean {
  return live.numbers.length === stored.numbers.length && stored.model.every((byte, i) => byte === live.model[i]);
}

function cosineUnderKey(
  { numbers }: FaceVector,
  { stored, key, name }: { readonly stored: StoredVector; readonly key: Uint8Array; readonly name: VectorName },
): number {
  const transform = new KeyedTransform(key, name, numbers.length);
  const turned = transform.apply(numbers);
  const norm = Math.sqrt(dot(stored.numbers, stored.numbers));
  const cosine = norm > 0 ? dot(turned, stored.numbers) / norm : 0;
  overwrite(turned);
  transform.overwrite();
  return cosine;
}
