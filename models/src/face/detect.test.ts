import { describe, expect, it } from "vitest";
import { applySimilarity } from "../frame/sample.js";
import { type DetectorOutput, decodeFaces, wholeFrame } from "./detect.js";

/** A detector's answer with faces at some cells of the fine grid, the box and points in input pixels around the anchor. */
function answerWith(faces: readonly { cell: number; logit: number; width: number }[]): DetectorOutput {
  const scores = [new Float32Array(512).fill(-10), new Float32Array(384).fill(-10)];
  const regressors = [new Float32Array(512 * 16), new Float32Array(384 * 16)];
  for (const { cell, logit, width } of faces) {
    scores[0]?.set([logit], cell * 2);
    regressors[0]?.set([0, 0, width, width, -10, -5, 10, -5], cell * 2 * 16);
  }
  return { scores, regressors };
}

const inPlace = {
  frame: { width: 256, height: 256 },
  toFrame: { a: 1, b: 0, tx: 0, ty: 0 },
  minimumScore: 0.5,
};

describe("the detector's answer", () => {
  it("is no face when every score is low", () => {
    expect(decodeFaces(answerWith([]), inPlace)).toEqual([]);
  });

  it("puts a box and its points around its anchor", () => {
    const [face] = decodeFaces(answerWith([{ cell: 16 * 4 + 5, logit: 2, width: 40 }]), inPlace);
    expect(face).toMatchObject({ centre: { x: 88, y: 72 }, width: 40, height: 40 });
    expect(face?.score).toBeCloseTo(0.8808, 4);
    const eyes = face?.keyPoints.slice(0, 2).map(({ x, y }) => ({ x: Math.round(x), y: Math.round(y) }));
    expect(eyes).toEqual([
      { x: 78, y: 67 },
      { x: 98, y: 67 },
    ]);
    expect(face?.keyPoints).toHaveLength(6);
  });

  it("counts boxes that overlap as one face and boxes apart as several, the most prominent first", () => {
    const faces = decodeFaces(
      answerWith([
        { cell: 16 * 2 + 2, logit: 2, width: 40 },
        { cell: 16 * 2 + 3, logit: 1, width: 40 },
        { cell: 16 * 12 + 12, logit: 1, width: 60 },
      ]),
      inPlace,
    );
    expect(faces.map(({ width }) => Math.round(width))).toEqual([60, 40]);
  });

  it("blends overlapping boxes by their scores", () => {
    const faces = decodeFaces(
      answerWith([
        { cell: 0, logit: 2, width: 60 },
        { cell: 1, logit: 2, width: 60 },
      ]),
      inPlace,
    );
    expect(faces.map(({ centre }) => centre.x)).toEqual([16]);
  });
});

describe("the square around the whole frame", () => {
  it("fits the longer side and centres the shorter", () => {
    const toFrame = wholeFrame({ width: 640, height: 480 }, 1);
    expect(
      [
        { x: 0, y: 0 },
        { x: 256, y: 256 },
      ].map((point) => applySimilarity(toFrame, point)),
    ).toEqual([
      { x: 0, y: -80 },
      { x: 640, y: 560 },
    ]);
  });

  it("leaves a border with a margin", () => {
    const toFrame = wholeFrame({ width: 512, height: 512 }, 1.5);
    expect(applySimilarity(toFrame, { x: 0, y: 0 })).toEqual({ x: -128, y: -128 });
  });
});
