import type { Frame, Point } from "../frame/frame.js";
import { applySimilarity, invertSimilarity, sampleSquare } from "../frame/sample.js";
import { alignedSize, alignmentTemplate, fitSimilarity } from "./alignment.js";

export interface BorderedCrop {
  /** RGB, 8 bits each, `alignedSize + 2 * border` pixels square. */
  readonly pixels: Uint8Array;
  /** Where a point of the frame lies in the crop. */
  place(point: Point): Point;
}

/** The aligned face with `border` pixels more on every side, so that training can move it about. */
export function sampleBordered(frame: Frame, fivePoints: readonly Point[], border: number): BorderedCrop {
  const template = alignmentTemplate.map(({ x, y }) => ({ x: x + border, y: y + border }));
  const toCrop = fitSimilarity(fivePoints, template);
  const size = alignedSize + 2 * border;
  const data = new Float32Array(size * size * 3);
  sampleSquare(frame, invertSimilarity(toCrop), { data, size, gain: 1, bias: 0 }, { pixelsPerTap: 1.5 });
  return {
    pixels: Uint8Array.from(data, (value) => Math.max(0, Math.min(255, Math.round(value)))),
    place: (point) => applySimilarity(toCrop, point),
  };
}
