import { type FaceQuality, qualityLimits } from "./quality.js";

const atLimit = 0.4;

/**
 * How good a view is for a template, 0 to 100, whole. Each property that a hint is about becomes a share: 1 where it is
 * comfortable, 0.4 at the hint's limit, in a straight line through both, never below 0. The score is the geometric mean of the lowest
 * share and the mean of all, so that one bad property cannot hide behind good ones. The properties are among those
 * of ISO/IEC 29794-5; the composition is our own, and no conformance is claimed.
 */
export function qualityScore(quality: FaceQuality): number {
  const limits = qualityLimits;
  const { yaw, pitch } = quality.pose;
  const shares = [
    shareOf(quality.eyeDistance, limits.eyeDistance, 60),
    shareOf(quality.brightness, limits.darkestFace, 95),
    shareOf(quality.brightness, limits.brightestFace, 190),
    shareOf(quality.unevenness, limits.mostUneven, 0.2),
    shareOf(quality.sharpness, limits.leastSharpness, 0.06),
    shareOf(Math.abs(yaw), limits.yaw, 8),
    shareOf(Math.abs(pitch), limits.pitch, 8),
    shareOf(quality.eyesOpen, limits.eyesOpen, 0.22),
    shareOf(quality.presence, limits.presence, 0.95),
    shareOf(quality.asymmetry, limits.mostAsymmetry, 0.15),
    quality.masked ? 0 : 1,
  ];
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  return Math.round(100 * Math.sqrt(mean * Math.min(...shares)));
}

function shareOf(value: number, limit: number, comfortable: number): number {
  const share = atLimit + ((value - limit) / (comfortable - limit)) * (1 - atLimit);
  return Math.min(1, Math.max(0, share));
}
