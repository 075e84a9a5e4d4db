import type { Point } from "../frame/frame.js";
import { alignedSize } from "./alignment.js";
import type { Pose } from "./pose.js";

/** What a person can change; stable codes that the screens turn into words. */
export type QualityHint =
  | "black-frame"
  | "no-face"
  | "several-faces"
  | "too-far"
  | "too-dark"
  | "too-bright"
  | "blurred"
  | "look-straight"
  | "chin-up"
  | "chin-down"
  | "mask-worn";

/** The hints that also stand in the way of identifying; the others matter to enrolment alone. */
export const IDENTIFYING_HINTS: readonly QualityHint[] = [
  "black-frame",
  "no-face",
  "several-faces",
  "too-far",
  "too-dark",
];

/** Limits in the units of `FaceQuality`; the models' README says how each was chosen. */
export const qualityLimits = {
  blackFrameLuma: 16,
  eyeDistance: 28,
  darkestFace: 50,
  brightestFace: 225,
  leastSharpness: 0.02,
  yaw: 25,
  pitch: 20,
} as const;

export interface FaceQuality {
  /** Pixels of the frame between the middles of the eyes. */
  readonly eyeDistance: number;
  /** Mean luma of the aligned face, 0 to 255. */
  readonly brightness: number;
  /** Energy of the Laplacian over the variance of the aligned face's luma: no unit, independent of light. */
  readonly sharpness: number;
  readonly pose: Pose;
  readonly masked: boolean;
}

export function hintsFor(quality: FaceQuality): QualityHint[] {
  const { pose } = quality;
  const hints: readonly (readonly [boolean, QualityHint])[] = [
    [quality.eyeDistance < qualityLimits.eyeDistance, "too-far"],
    [quality.brightness < qualityLimits.darkestFace, "too-dark"],
    [quality.brightness > qualityLimits.brightestFace, "too-bright"],
    [quality.sharpness < qualityLimits.leastSharpness, "blurred"],
    [Math.abs(pose.yaw) > qualityLimits.yaw, "look-straight"],
    [pose.pitch < -qualityLimits.pitch, "chin-up"],
    [pose.pitch > qualityLimits.pitch, "chin-down"],
    [quality.masked, "mask-worn"],
  ];
  return hints.flatMap(([holds, hint]) => (holds ? [hint] : []));
}

export function eyeDistanceOf([left = { x: 0, y: 0 }, right = { x: 0, y: 0 }]: readonly Point[]): number {
  return Math.hypot(right.x - left.x, right.y - left.y);
}

/** Light and sharpness of an aligned face as it lies in the embedding network's input, (value - 127.5) / 128. */
export function measureAligned(input: Float32Array): { readonly brightness: number; readonly sharpness: number } {
  const luma = (x: number, y: number) => {
    const at = (y * alignedSize + x) * 3;
    return 0.299 * (input[at] ?? 0) + 0.587 * (input[at + 1] ?? 0) + 0.114 * (input[at + 2] ?? 0);
  };
  // The middle of the face; hair and background are sharp or flat for reasons of their own.
  const [from, to] = [24, 88];
  let [sum, squares, edges, count] = [0, 0, 0, 0];
  for (let y = from; y < to; y++) {
    for (let x = from; x < to; x++) {
      const value = luma(x, y);
      const laplacian = 4 * value - luma(x - 1, y) - luma(x + 1, y) - luma(x, y - 1) - luma(x, y + 1);
      sum += value;
      squares += value * value;
      edges += laplacian * laplacian;
      count++;
    }
  }
  const mean = sum / count;
  const variance = squares / count - mean * mean;
  return { brightness: mean * 128 + 127.5, sharpness: variance > 1e-6 ? edges / count / variance : 0 };
}
