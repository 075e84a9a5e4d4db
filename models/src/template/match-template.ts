import { dot, embeddingLength, embeddingParts, type FaceEmbedding } from "../face/face-embedding.js";
import type { Thresholds } from "../registry/registry-schema.js";
import { type Branch, KeyedTransform } from "./keyed-transform.js";
import { overwrite } from "./overwrite.js";
import type { ProtectedTemplate, StoredBranch } from "./protected-template.js";

export type Match =
  | {
      readonly outcome: "match" | "below-threshold";
      readonly branch: Branch;
      /** For the decision alone: it never leaves the process that decides, and no log holds it beside a name. */
      readonly similarity: number;
    }
  | { readonly outcome: "refused"; readonly reason: "template-other-model" | "template-erased" | "face-turned" };

/**
 * Compares one live face with one template. The mask evidence of the face chooses the branch: bare is the cosine of the
 * whole faces; masked is the mean of that and the cosine of the upper faces, against its own threshold.
 * Refuses with `template-key-size` a key that is not 32 bytes.
 */
export function matchTemplate(input: {
  readonly template: ProtectedTemplate;
  readonly key: Uint8Array;
  readonly probe: FaceEmbedding;
  readonly thresholds: Thresholds;
}): Match {
  const { template, key, thresholds } = input;
  const { whole, upper, model, maskEvidence, turned } = embeddingParts(input.probe);
  if (template.erased) return { outcome: "refused", reason: "template-erased" };
  if (!template.madeBy(model)) return { outcome: "refused", reason: "template-other-model" };
  if (turned) return { outcome: "refused", reason: "face-turned" };
  const bare = cosineUnderKey(whole, template.branch("bare"), key, "bare");
  if (upper === undefined || maskEvidence < thresholds.maskEvidence) {
    return judge("bare", bare, thresholds);
  }
  const masked = cosineUnderKey(upper, template.branch("masked"), key, "masked");
  return judge("masked", (bare + masked) / 2, thresholds);
}

function judge(branch: Branch, similarity: number, thresholds: Thresholds): Match {
  const reached = similarity >= thresholds[branch].threshold;
  return { outcome: reached ? "match" : "below-threshold", branch, similarity };
}

function cosineUnderKey(vector: Float32Array, stored: StoredBranch, key: Uint8Array, branch: Branch): number {
  const transform = new KeyedTransform(key, branch, embeddingLength);
  const turned = transform.apply(vector);
  const norm = Math.sqrt(dot(stored.numbers, stored.numbers));
  const cosine = norm > 0 ? dot(turned, stored.numbers) / norm : 0;
  overwrite(turned);
  transform.overwrite();
  return cosine;
}
