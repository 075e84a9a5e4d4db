import { embeddingParts, type FaceEmbedding } from "./face/face-embedding.js";
import { type FaceVectors, vectorsOf } from "./template/face-vectors.js";

/** The numbers of one face, copied out for measurement. */
export interface MeasuredFace {
  /** Every vector that the match may compare, by its name. */
  readonly vectors: FaceVectors;
  readonly maskEvidence: number;
  /** Compared with nobody: the face does not look at the camera. */
  readonly turned: boolean;
}

/**
 * Copies an embedding's numbers, so that millions of pairs can be scored without a template each. For evaluation and
 * calibration on photos that a site chose for that; an agent has no use for it and must not import it.
 */
export function measureEmbedding(embedding: FaceEmbedding): MeasuredFace {
  const { maskEvidence, turned } = embeddingParts(embedding);
  const vectors = Object.fromEntries(
    Object.entries(vectorsOf(embedding)).map(([name, { numbers, model }]) => [
      name,
      { numbers: Float32Array.from(numbers), model: Uint8Array.from(model) },
    ]),
  );
  return { vectors, maskEvidence, turned };
}

export { sampleBordered } from "./face/bordered-crop.js";
export {
  asFinderSees,
  type ConsideredPlaces,
  judgedPicture,
  movedPlace,
  openConsideredPlaces,
} from "./face/considered-places.js";
export { dot } from "./face/face-embedding.js";
export { fuseLiveness } from "./liveness/fuse-liveness.js";
export { passiveLength, writePassiveInput } from "./liveness/passive-input.js";
export * from "./liveness/simulated/index.js";
export { livenessRoles, matchingRoles } from "./registry/registry-schema.js";
export { sequence } from "./sequence.js";
export type { MaskAnchors, MaskPicture, MaskStrap, MaskTemplate } from "./synthetic-mask/mask-template.js";
export { ownMaskTemplates, readMaskTemplates } from "./synthetic-mask/read-mask-templates.js";
export { type WornLook, wearMask } from "./synthetic-mask/wear-mask.js";
export {
  branchOf,
  branchSimilarity,
  type FaceVectors,
  meanVectors,
  type VectorName,
  vectorNames,
  vectorsOf,
} from "./template/face-vectors.js";
export { KeyedTransform } from "./template/keyed-transform.js";
export { createVisionToCalibrate } from "./vision.js";
