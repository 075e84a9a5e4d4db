import type { Thresholds } from "@wardkey/models";
import type { FaceVectors } from "@wardkey/models/measuring";
import { describe, expect, it } from "vitest";
import { crossImpostors, listedImpostors } from "./cross-impostors.js";
import { ImpostorScores } from "./impostor-scores.js";
import { sumOf } from "./intervals.js";
import { type EnrolledFace, noScore, type ProbeFace, type Scoring, scorePair } from "./scores.js";

const model = new Uint8Array(8);
const point = { rate: 1e-3, falseMatchRate: 1e-3, falseNonMatchRate: 0.1 };
const interval = [0, 1] as [number, number];
const rates = { ...point, falseMatchInterval95: interval, falseNonMatchInterval95: interval };
const thresholds: Thresholds = {
  bare: { ...rates, threshold: 0.2 },
  masked: { ...rates, threshold: 0.1 },
  maskEvidence: 0.5,
  liveness: 0.5,
};
const scoring: Scoring = { thresholds, missingIn: "masked" };
const silent = () => undefined;

/** Unit vectors of seven numbers that differ from seed to seed. */
function vectorsOf(seed: number): FaceVectors {
  const vector = (shift: number) => {
    const numbers = Float32Array.from({ length: 7 }, (_, i) => Math.sin((seed + 1) * (i + 1 + shift) * 1.7));
    const norm = Math.hypot(...numbers);
    return { numbers: numbers.map((value) => value / norm), model };
  };
  return { bare: vector(0), masked: vector(3) };
}

function enrolled(person: string, seed: number): EnrolledFace {
  return { person, vectors: vectorsOf(seed) };
}

function probe(person: string, seed: number, maskEvidence = 0): ProbeFace {
  return { person, face: { vectors: vectorsOf(seed), maskEvidence, turned: false } };
}

describe("impostors crossed", () => {
  const faces = [enrolled("ann", 1), enrolled("ann", 2), enrolled("bob", 3), { person: "eve", vectors: undefined }];
  const probes = [
    probe("ann", 4),
    probe("bob", 5, 0.9),
    probe("dan", 6),
    { person: "eve", face: undefined },
  ] satisfies ProbeFace[];

  it("score every enrolled face against every live face of somebody else as a pair is scored", () => {
    const crossed = crossImpostors(faces, probes, { scoring, progress: silent });
    const singly = { bare: new ImpostorScores(), masked: new ImpostorScores() };
    for (const one of faces) {
      for (const other of probes) {
        if (one.person === other.person) continue;
        const { score, branch } = scorePair(one, other, scoring);
        const found = one.vectors !== undefined && other.face !== undefined;
        singly[found ? branch : other.face === undefined ? "masked" : branchOfProbe(other)].add(score);
      }
    }
    for (const branch of ["bare", "masked"] as const) {
      const { scores, inForce } = crossed[branch];
      expect(scores.count).toBe(singly[branch].count);
      expect(scores.binned(-3, 3, 300)).toEqual(singly[branch].binned(-3, 3, 300));
      expect(sumOf(inForce)).toEqual({ errors: scores.rateAt(0) * scores.count, trials: scores.count });
    }
    expect(crossed.bare.scores.count + crossed.masked.scores.count).toBe(2 + 3 + 4 + 3);
  });

  it("match nobody in a branch that is closed", () => {
    const closed = { ...scoring, thresholds: { ...thresholds, bare: null } };
    const { bare } = crossImpostors(faces, probes, { scoring: closed, progress: silent });
    expect([bare.scores.rateAt(noScore), bare.scores.rateAt(noScore + 0.01)]).toEqual([1, 0]);
  });

  it("tell how far they are", () => {
    const seen: string[] = [];
    crossImpostors(faces, probes, { scoring, progress: (done, all) => seen.push(`${done}/${all}`) });
    expect(seen).toEqual(["1/4", "2/4", "3/4", "4/4"]);
  });
});

function branchOfProbe({ face }: ProbeFace): "bare" | "masked" {
  return (face?.maskEvidence ?? 1) >= thresholds.maskEvidence ? "masked" : "bare";
}

describe("impostors as listed", () => {
  it("are the pairs of different people, by branch", () => {
    const { bare, masked } = listedImpostors([
      { person: "ann", score: 0.4, branch: "bare", same: false },
      { person: "ann", score: 0.9, branch: "bare", same: true },
      { person: "bob", score: -0.2, branch: "masked", same: false },
    ]);
    expect([bare.scores.count, masked.scores.count]).toEqual([1, 1]);
    expect([bare.inForce, masked.inForce]).toEqual([[{ errors: 1, trials: 1 }], [{ errors: 0, trials: 1 }]]);
  });
});
