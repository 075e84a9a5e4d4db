import { IDENTIFYING_HINTS, type QualityHint } from "@wardkey/models";
import { assertNever } from "@wardkey/protocol";
import type { FaceHint } from "@wardkey/protocol/screen";

// What helps most comes first; a picture may have several faults.
const ORDER: readonly FaceHint[] = [
  "no-face",
  "several-faces",
  "more-light",
  "closer",
  "farther",
  "look-straight",
  "chin-up",
  "hold-still",
  "mask-off-to-enrol",
];

/** The one hint that the screen shows; while identifying, only what stands in the way of that. */
export function faceHint(hints: readonly QualityHint[], purpose: "identify" | "enrol"): FaceHint {
  const counting = purpose === "enrol" ? hints : hints.filter((hint) => IDENTIFYING_HINTS.includes(hint));
  const shown = new Set(counting.map(asShown));
  return ORDER.find((hint) => shown.has(hint)) ?? "good";
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
    case "blurred":
      return "hold-still";
    case "look-straight":
    case "chin-down":
      return "look-straight";
    case "chin-up":
      return "chin-up";
    case "mask-worn":
      return "mask-off-to-enrol";
    default:
      return assertNever(hint);
  }
}
