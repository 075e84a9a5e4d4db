import type { Point } from "../frame/frame.js";
import { applySimilarity, type Similarity, squareToFrame } from "../frame/sample.js";

/** What the detector says of one face, in pixels of the frame. */
export interface DetectedFace {
  readonly score: number;
  readonly centre: Point;
  readonly width: number;
  readonly height: number;
  /** Eye at the picture's left, eye at its right, nose tip, mouth, ear at the left, ear at the right. */
  readonly keyPoints: readonly Point[];
}

/** The detector's raw answer, coarse grids after fine ones: a logit a cell, and 16 offsets in input pixels. */
export interface DetectorOutput {
  readonly scores: readonly Float32Array[];
  readonly regressors: readonly Float32Array[];
}

export const detectorSize = 256;
// BlazeFace, back camera: 16x16 cells with two anchors each, then 8x8 cells with six.
const grids = [
  { cells: 16, anchors: 2 },
  { cells: 8, anchors: 6 },
];
const overlapOfOneFace = 0.3;
const numbersPerAnchor = 16;

interface Candidate {
  readonly score: number;
  readonly numbers: Float64Array;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The square that the detector looks at: the whole frame and a border around it, so that a face that fills it becomes smaller. */
export function wholeFrame(frame: Size, margin: number): Similarity {
  const middle = { x: frame.width / 2, y: frame.height / 2 };
  return squareToFrame(middle, Math.max(frame.width, frame.height) * margin, 0, detectorSize);
}

export interface DecodedFrom {
  readonly frame: Size;
  /** From pixels of the detector's input to those of the frame. */
  readonly toFrame: Similarity;
  readonly minimumScore: number;
}

/**
 * Decodes BlazeFace's answer to faces with at least `minimumScore`, the most prominent first: large, and near the middle
 * of the frame, where somebody who means the kiosk stands. Overlapping boxes are blended.
 */
export function decodeFaces(output: DetectorOutput, from: DecodedFrom): DetectedFace[] {
  const { frame, toFrame, minimumScore } = from;
  const faces = blendOverlapping(candidatesIn(output, minimumScore)).map((candidate) => faceOf(candidate, toFrame));
  const half = Math.max(frame.width, frame.height) / 2;
  const prominence = ({ width, centre }: DetectedFace) =>
    width * (1 - Math.min(1, Math.hypot(centre.x - frame.width / 2, centre.y - frame.height / 2) / half));
  return faces.sort((one, other) => prominence(other) - prominence(one));
}

function candidatesIn(output: DetectorOutput, minimumScore: number): Candidate[] {
  const minimumLogit = Math.log(minimumScore / (1 - minimumScore));
  const candidates: Candidate[] = [];
  for (const [index, { cells, anchors }] of grids.entries()) {
    const scores = output.scores[index] ?? new Float32Array();
    const regressors = output.regressors[index] ?? new Float32Array();
    const stride = detectorSize / cells;
    for (let i = 0; i < scores.length; i++) {
      const logit = scores[i] ?? 0;
      if (logit < minimumLogit) continue;
      const cell = Math.floor(i / anchors);
      const anchorX = ((cell % cells) + 0.5) * stride;
      const anchorY = (Math.floor(cell / cells) + 0.5) * stride;
      const numbers = new Float64Array(numbersPerAnchor);
      for (let j = 0; j < numbersPerAnchor; j++) {
        const anchor = j === 2 || j === 3 ? 0 : j % 2 === 0 ? anchorX : anchorY;
        numbers[j] = (regressors[i * numbersPerAnchor + j] ?? 0) + anchor;
      }
      candidates.push({ score: 1 / (1 + Math.exp(-logit)), numbers });
    }
  }
  return candidates.sort((one, other) => other.score - one.score);
}

/** Non-maximum suppression that averages what it suppresses, as BlazeFace's authors do: steadier from frame to frame. */
function blendOverlapping(candidates: readonly Candidate[]): Candidate[] {
  const kept: Candidate[] = [];
  let rest = candidates;
  for (let best = rest[0]; best !== undefined; best = rest[0]) {
    const peak = best;
    const same = rest.filter((candidate) => candidate === peak || overlap(peak, candidate) > overlapOfOneFace);
    const total = same.reduce((sum, { score }) => sum + score, 0);
    const numbers = new Float64Array(numbersPerAnchor);
    for (const candidate of same) {
      for (let j = 0; j < numbersPerAnchor; j++) {
        numbers[j] = (numbers[j] ?? 0) + ((candidate.numbers[j] ?? 0) * candidate.score) / total;
      }
    }
    kept.push({ score: peak.score, numbers });
    rest = rest.filter((candidate) => !same.includes(candidate));
  }
  return kept;
}

function overlap(one: Candidate, other: Candidate): number {
  const [ax = 0, ay = 0, aw = 0, ah = 0] = one.numbers;
  const [bx = 0, by = 0, bw = 0, bh = 0] = other.numbers;
  const width = Math.min(ax + aw / 2, bx + bw / 2) - Math.max(ax - aw / 2, bx - bw / 2);
  const height = Math.min(ay + ah / 2, by + bh / 2) - Math.max(ay - ah / 2, by - bh / 2);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (aw * ah + bw * bh - shared);
}

function faceOf({ score, numbers }: Candidate, toFrame: Similarity): DetectedFace {
  const scale = Math.hypot(toFrame.a, toFrame.b);
  const point = (index: number): Point =>
    applySimilarity(toFrame, { x: numbers[index] ?? 0, y: numbers[index + 1] ?? 0 });
  return {
    score,
    centre: point(0),
    width: (numbers[2] ?? 0) * scale,
    height: (numbers[3] ?? 0) * scale,
    keyPoints: [4, 6, 8, 10, 12, 14].map(point),
  };
}
