import type { Branch, Thresholds } from "@wardkey/models";
import {
  branchOf,
  branchSimilarity,
  dot,
  type FaceVectors,
  type MeasuredFace,
  meanVectors,
} from "@wardkey/models/measuring";
import type { Photo } from "../evaluate-faces-photos.js";

/** Several photos of one person, enrolled together: undefined vectors where none of them can be used. */
export interface EnrolledFace {
  readonly person: string;
  readonly vectors: FaceVectors | undefined;
}

/** One live face to be compared; undefined where none was found. */
export interface ProbeFace {
  readonly person: string;
  readonly face: MeasuredFace | undefined;
}

export interface Score {
  /** How far the similarity is above the threshold in force of its branch: what the two branches have in common. */
  readonly score: number;
  readonly branch: Branch;
}

/** A listed pair with its score; `person` is the one who is enrolled. */
export interface JudgedPair extends Score {
  readonly person: string;
  readonly same: boolean;
}

export interface Scoring {
  readonly thresholds: Thresholds;
  /** The branch in which a pair without two faces counts, so that none is left out. */
  readonly missingIn: Branch;
}

// Under any similarity, and so under any threshold.
export const noScore = -3;

/** One person's enrolment, as a template is made; views without a face that looks at the camera are left out. */
export function enrol(person: string, views: readonly Photo[]): EnrolledFace {
  const found = views.flatMap((view) => (view.outcome === "face" && !view.face.turned ? [view.face.vectors] : []));
  return { person, vectors: found.length === 0 ? undefined : meanVectors(found) };
}

/** What a threshold of nought stands for in a branch; a branch that is closed lets nobody in. */
export function thresholdOf(branch: Branch, thresholds: Thresholds): number {
  return thresholds[branch]?.threshold ?? Number.POSITIVE_INFINITY;
}

/** Scores one pair as the agent would: the probe chooses the branch, the branch the vectors and the threshold. */
export function scorePair(enrolled: EnrolledFace, probe: ProbeFace, { thresholds, missingIn }: Scoring): Score {
  const { vectors } = enrolled;
  const { face } = probe;
  if (vectors === undefined || face === undefined || face.turned) return { score: noScore, branch: missingIn };
  const branch = branchOf(face.vectors, face.maskEvidence, thresholds);
  const similarity = branchSimilarity(branch, face.vectors, (name) => {
    const [one, other] = [vectors[name], face.vectors[name]];
    return one === undefined || other === undefined ? undefined : dot(one.numbers, other.numbers);
  });
  const score = (similarity ?? noScore) - thresholdOf(branch, thresholds);
  return { score: Math.max(noScore, score), branch };
}
