import type { Point } from "../frame/frame.js";
import type { AlignedLook } from "./aligned-look.js";
import type { Pose } from "./pose.js";

/** What a person can change; stable codes that the screens turn into words. */
export type QualityHint =
  | "black-frame"
  | "no-face"
  | "several-faces"
  | "too-far"
  | "too-dark"
  | "too-bright"
  | "uneven-light"
  | "blurred"
  | "look-straight"
  | "chin-up"
  | "chin-down"
  | "eyes-closed"
  | "face-covered"
  | "mask-worn";

/** The hints that also stand in the way of identifying; the others matter to enrolment alone. */
export const IDENTIFYING_HINTS: readonly QualityHint[] = [
  "black-frame",
  "no-face",
  "several-faces",
  "too-far",
  "too-dark",
];

/** Limits in the units of `FaceQuality`; QUALITY.md says how each was chosen. */
export const qualityLimits = {
  blackFrameLuma: 10,
  eyeDistance: 28,
  darkestFace: 50,
  brightestFace: 225,
  mostUneven: 0.6,
  leastSharpness: 0.02,
  yaw: 25,
  pitch: 20,
  eyesOpen: 0.15,
  presence: 0.5,
  mostAsymmetry: 0.45,
} as const;

export interface FaceQuality extends AlignedLook {
  /** Pixels of the frame between the middles of the eyes. */
  readonly eyeDistance: number;
  readonly pose: Pose;
  /** The eye aspect ratio, both eyes' mean. */
  readonly eyesOpen: number;
  /** How sure the mesh network is that it lies on a face, 0 to 1: what covers the face makes it unsure. */
  readonly presence: number;
  readonly masked: boolean;
}

export function hintsFor(quality: FaceQuality): QualityHint[] {
  const { pose, masked } = quality;
  const straight = Math.abs(pose.yaw) <= qualityLimits.yaw;
  const hints: readonly (readonly [boolean, QualityHint])[] = [
    [quality.eyeDistance < qualityLimits.eyeDistance, "too-far"],
    [quality.brightness < qualityLimits.darkestFace, "too-dark"],
    [quality.brightness > qualityLimits.brightestFace, "too-bright"],
    // A face in half profile is lit from one side and looks unlike its mirror image, whatever the light.
    [straight && quality.unevenness > qualityLimits.mostUneven, "uneven-light"],
    [quality.sharpness < qualityLimits.leastSharpness, "blurred"],
    [!straight, "look-straight"],
    [pose.pitch < -qualityLimits.pitch, "chin-up"],
    [pose.pitch > qualityLimits.pitch, "chin-down"],
    [quality.eyesOpen < qualityLimits.eyesOpen, "eyes-closed"],
    [straight && !masked && isCovered(quality), "face-covered"],
    [masked, "mask-worn"],
  ];
  return hints.flatMap(([holds, hint]) => (holds ? [hint] : []));
}

function isCovered({ presence, asymmetry }: FaceQuality): boolean {
  return presence < qualityLimits.presence || asymmetry > qualityLimits.mostAsymmetry;
}

export function eyeDistanceOf([left = { x: 0, y: 0 }, right = { x: 0, y: 0 }]: readonly Point[]): number {
  return Math.hypot(right.x - left.x, right.y - left.y);
}
