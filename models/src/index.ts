export type { DetectedFace } from "./face/detect.js";
export { FaceEmbedding } from "./face/face-embedding.js";
export { FaceMesh } from "./face/face-mesh.js";
export type { LivenessScores } from "./face/liveness.js";
export type { Pose } from "./face/pose.js";
export { IDENTIFYING_HINTS, type QualityHint, qualityLimits } from "./face/quality.js";
export { type DecodeOptions, decodeImage } from "./frame/decode-image.js";
export { checkFrame, type Frame, frameSignature, type Point } from "./frame/frame.js";
export { type EnsureOptions, ensureModels } from "./importing/import-models.js";
export {
  type ChallengeFailure,
  type ChallengeHint,
  type ChallengeKind,
  type ChallengeLook,
  type ChallengeState,
  challengeKinds,
  challengeWithinMs,
  drawChallenge,
  LivenessChallenge,
} from "./liveness/challenge/challenge.js";
export { fuseLiveness } from "./liveness/fuse-liveness.js";
export { ModelsError, type ModelsErrorCode } from "./models-error.js";
export {
  type MatchRates,
  type MeasuredThresholds,
  type OperatingPoint,
  shippedRates,
  type Thresholds,
  thresholdsAt,
} from "./registry/operating-points.js";
export {
  type ModelPlaces,
  modelPlaces,
  onnxFileOf,
  type PlacesOptions,
  readRegistry,
} from "./registry/read-registry.js";
export type { Registry } from "./registry/registry-schema.js";
export { drawSyntheticMask, type MaskLook } from "./synthetic-mask/draw-synthetic-mask.js";
export type { Branch } from "./template/face-vectors.js";
export { type Match, matchTemplate } from "./template/match-template.js";
export { overwrite } from "./template/overwrite.js";
export { protectTemplate } from "./template/protect-template.js";
export {
  mostTemplateBytes,
  type ParsedTemplate,
  ProtectedTemplate,
  parseTemplate,
} from "./template/protected-template.js";
export { createVision, type FaceFindings, type FrameFindings, type Vision, type Wants } from "./vision.js";
