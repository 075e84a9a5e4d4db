import type { Frame, Point } from "../frame/frame.js";
import { applySimilarity, invertSimilarity, type Similarity, sampleSquare } from "../frame/sample.js";
import type { Network } from "../runtime/network.js";
import { alignedSize, alignmentTemplate, fitSimilarity } from "./alignment.js";

/** Side of the picture that the judging network gets, and how much more than the aligned square it shows. */
export const judgedSize = 64;
const shown = 1.6;

/** Writes the face that five points (pixels of the frame) claim, with its surroundings: RGB, -1 to 1. */
export function writeJudged(frame: Frame, fivePoints: readonly Point[], input: Float32Array): void {
  const toFrame = invertSimilarity(fitSimilarity(fivePoints, alignmentTemplate));
  const scale = (alignedSize * shown) / judgedSize;
  const corner = (alignedSize * (1 - shown)) / 2;
  const { x: tx, y: ty } = applySimilarity(toFrame, { x: corner, y: corner });
  const seen: Similarity = { a: toFrame.a * scale, b: toFrame.b * scale, tx, ty };
  sampleSquare(frame, seen, { data: input, size: judgedSize, gain: 1 / 127.5, bias: -1 }, { pixelsPerTap: 1.5 });
}

/** Whether a face, bare or masked, lies where five points claim it: 0 to 1. */
export async function judgeThere(frame: Frame, fivePoints: readonly Point[], network: Network): Promise<number> {
  writeJudged(frame, fivePoints, network.input);
  const [there] = await network.run();
  return there?.[0] ?? 0;
}
