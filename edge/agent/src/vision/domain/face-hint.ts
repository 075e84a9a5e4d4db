import { IDENTIFYING_HINTS, type QualityHint } from "@wardkey/models";
import { assertNever } from "@wardkey/protocol";
import type { FaceHint } from "@wardkey/protocol/screen";
import type { EnrolmentPose } from "./enrolment-poses.js";

// What helps most comes first; a picture may have several faults.
const ORDER: readonly FaceHint[] = [
  "no-face",
  "several-faces",
  "more-light",
  "closer",
  "farther",
  "even-light",
  "mask-off-to-enrol",
  "uncover-face",
  "look-straight",
  "chin-up",
  "chin-down",
  "open-eyes",
  "hold-still",
];

/** The one hint that the screen shows; while identifying, only what stands in the way of that. */
export function faceHint(hints: readonly QualityHint[], purpose: "identify" | "enrol"): FaceHint {
  const counting = purpose === "enrol" ? hints : hints.filter((hint) => IDENTIFYING_HINTS.includes(hint));
  const shown = new Set(counting.map(asShown));
  return ORDER.find((hint) => shown.has(hint)) ?? "good";
}

/** What to ask of somebody whose face is good as it is, so that the next view shows another side of it. */
export function poseHint(hint: FaceHint, ask: EnrolmentPose | null): FaceHint {
  if (hint !== "good" || ask === null) return hint;
  switch (ask) {
    case "straight":
      return "look-straight";
    case "left":
      return "turn-left";
    case "right":
      return "turn-right";
    case "up":
      return "chin-up";
    case "down":
      return "chin-down";
    default:
      return assertNever(ask);
  }
}

function asShown(hint: QualityHint): FaceHint {
  switch (hint) {
    case "black-frame":
    case "too-dark":
      return "more-light";
    case "no-face":
      return "no-face";
    case "several-faces":
      return "several-faces";
    case "too-far":
      return "closer";
    // The screen has no word for too much light; a step back from the lamp over the kiosk helps most often.
    case "too-bright":
      return "farther";
    case "uneven-light":
      return "even-light";
    case "eyes-closed":
      return "open-eyes";
    case "face-covered":
      return "uncover-face";
    case "blurred":
      return "hold-still";
    case "look-straight":
    case "chin-up":
    case "chin-down":
      return hint;
    case "mask-worn":
      return "mask-off-to-enrol";
    default:
      return assertNever(hint);
  }
}
