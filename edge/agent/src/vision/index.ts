export { type ChallengeKind, drawChallenge } from "@wardkey/models";
export { createVisionPort, type VisionInput } from "./create-vision-port.js";
export type { ScoreHistogram } from "./domain/score-histograms.js";
export { TemplateKey } from "./domain/template-key.js";
export type {
  CameraFault,
  CameraSource,
  CameraState,
  ChallengeOutcome,
  ChallengeRequest,
  EnrolOutcome,
  EnrolRequest,
  FaceFinding,
  MatchOutcome,
  MatchRequest,
  Pace,
  PageFrame,
  VisionPort,
} from "./ports.js";
