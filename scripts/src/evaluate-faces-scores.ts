import type { Branch, Thresholds } from "@wardkey/models";
import { dot, type MeasuredFace } from "@wardkey/models/measuring";
import { personOf } from "./evaluate-faces-pairs.js";

export interface FoundFace {
  readonly photos: readonly string[];
  readonly face: MeasuredFace;
}

/** A photo, or a set of them, in which no face was found; it matches nobody and is counted. */
export const missingFace = Symbol("no face was found");

export type EnrolledFace = FoundFace | typeof missingFace;
export type ProbeFace = FoundFace | typeof missingFace;

export interface Score {
  /** How far the similarity is above the threshold in force of its branch: what the two branches have in common. */
  readonly score: number;
  readonly branch: Branch;
}

export interface Scoring {
  readonly thresholds: Thresholds;
  /** The branch in which a pair without two faces counts, so that none is left out. */
  readonly missingIn: Branch;
}

// Under any similarity, and so under any threshold.
const noScore = -3;

/** The mean of several views of one person, as a template is made; views without a face are left out. */
export function fuseViews(photos: readonly string[], views: readonly (MeasuredFace | undefined)[]): EnrolledFace {
  const found = views.flatMap((view) => (view === undefined || view.turned ? [] : [view]));
  const [first] = found;
  if (first === undefined) return missingFace;
  const uppers = found.flatMap(({ upper }) => upper ?? []);
  const whole = meanDirection(found.map((view) => view.whole));
  return { photos, face: { ...first, whole, upper: meanDirection(uppers) } };
}

function meanDirection(vectors: readonly Float32Array[]): Float32Array {
  const mean = new Float32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] ?? 0) + (vector[i] ?? 0);
  const norm = Math.sqrt(dot(mean, mean));
  return mean.map((value) => value / norm);
}

/** Scores one pair as the agent would: the probe's mask evidence chooses the branch. */
export function scorePair(
  enrolled: EnrolledFace | undefined,
  probe: ProbeFace | undefined,
  { thresholds, missingIn }: Scoring,
): Score {
  if (enrolled === undefined || probe === undefined || enrolled === missingFace || probe === missingFace) {
    return { score: noScore, branch: missingIn };
  }
  if (probe.face.turned) return { score: noScore, branch: missingIn };
  const whole = dot(enrolled.face.whole, probe.face.whole);
  const { upper } = probe.face;
  if (upper === undefined || enrolled.face.upper === undefined || probe.face.maskEvidence < thresholds.maskEvidence) {
    return { score: whole - thresholds.bare.threshold, branch: "bare" };
  }
  const both = (whole + dot(enrolled.face.upper, upper)) / 2;
  return { score: both - thresholds.masked.threshold, branch: "masked" };
}

/** Scores of different people, by branch: plain numbers, since there may be millions. */
export type BranchScores = Readonly<Record<Branch, number[]>>;

/** Every enrolled face against every probe of somebody else. */
export function crossImpostors(
  enrolled: readonly EnrolledFace[],
  probes: readonly ProbeFace[],
  scoring: Scoring,
): BranchScores {
  const scores: BranchScores = { bare: [], masked: [] };
  for (const one of enrolled) {
    const owner = one === missingFace ? undefined : personOf(one.photos[0] ?? "");
    for (const other of probes) {
      if (other === missingFace || owner === undefined || personOf(other.photos[0] ?? "") === owner) continue;
      const { score, branch } = scorePair(one, other, scoring);
      scores[branch].push(score);
    }
  }
  return scores;
}

/** The listed pairs of different people. */
export function listedImpostors(pairs: readonly (Score & { readonly same: boolean })[]): BranchScores {
  const scores: BranchScores = { bare: [], masked: [] };
  for (const { score, branch, same } of pairs) if (!same) scores[branch].push(score);
  return scores;
}
