import { embeddingParts, type FaceEmbedding } from "./face/face-embedding.js";

/** The numbers of one face, copied out for measurement. */
export interface MeasuredFace {
  readonly whole: Float32Array;
  readonly upper: Float32Array | undefined;
  readonly maskEvidence: number;
  readonly maskFeatures: Float32Array;
  /** Compared with nobody: the face does not look at the camera. */
  readonly turned: boolean;
}

/**
 * Copies an embedding's numbers, so that millions of pairs can be scored without a template each. For evaluation and
 * calibration on photos that a site chose for that; an agent has no use for it and must not import it.
 */
export function measureEmbedding(embedding: FaceEmbedding): MeasuredFace {
  const { whole, upper, maskEvidence, turned, ...parts } = embeddingParts(embedding);
  const maskFeatures = Float32Array.from(parts.maskFeatures);
  return {
    whole: Float32Array.from(whole),
    upper: upper && Float32Array.from(upper),
    maskEvidence,
    maskFeatures,
    turned,
  };
}

export { dot } from "./face/face-embedding.js";
export { type MaskEvidenceWeights, maskEstimatorOf, writeMaskEvidence } from "./face/mask-evidence.js";
export { modelPlaces, readRegistry } from "./registry/read-registry.js";
export type { MaskAnchors, MaskPicture, MaskStrap, MaskTemplate } from "./synthetic-mask/mask-template.js";
export { ownMaskTemplates, readMaskTemplates } from "./synthetic-mask/read-mask-templates.js";
export { type WornLook, wearMask } from "./synthetic-mask/wear-mask.js";
export {
  branchSimilarity,
  type FaceVectors,
  type VectorName,
  vectorNames,
  vectorsOf,
} from "./template/face-vectors.js";
export { passiveLength, writePassiveInput } from "./liveness/passive-input.js";
export * from "./liveness/simulated/index.js";
