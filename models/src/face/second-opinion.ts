import type { Frame, Point } from "../frame/frame.js";
import { invertSimilarity, sampleSquare } from "../frame/sample.js";
import type { Network } from "../runtime/network.js";
import { fitSimilarity } from "./alignment.js";

// Where dlib's mean face has them on its 150x150 chip, a quarter of the face left around it: eyes, tip of the nose,
// corners of the mouth.
export const chipTemplate: readonly Point[] = [
  { x: 47.549, y: 46.599 },
  { x: 100.476, y: 46.599 },
  { x: 74.013, y: 76.563 },
  { x: 50.415, y: 103.023 },
  { x: 97.61, y: 103.023 },
];

/** Samples the aligned face into the input of dlib's network, as large as dlib cuts its chips. */
export function sampleDlibChip(frame: Frame, fivePoints: readonly Point[], network: Network): void {
  const toFrame = invertSimilarity(fitSimilarity(fivePoints, chipTemplate));
  const target = { data: network.input, size: network.size, gain: 1, bias: 0 };
  sampleSquare(frame, toFrame, target, { pixelsPerTap: 1.5 });
}
