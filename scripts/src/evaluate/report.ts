import type { Branch, Thresholds } from "@wardkey/models";
import type { ImpostorsByBranch } from "./cross-impostors.js";
import { type DetPoint, detCurve, type ScoreHistogram, scoreHistogram } from "./curves.js";
import { ImpostorScores } from "./impostor-scores.js";
import { type Interval, interval95, intervalMethod, sumOf, tallyByPerson, wilson95 } from "./intervals.js";
import { crossValidatedAccuracy, equalErrorRate, falseNonMatchRate, round } from "./rates.js";
import type { Failures } from "./read-faces.js";
import type { JudgedPair } from "./scores.js";

export interface ReportInput {
  readonly pairs: readonly JudgedPair[];
  readonly impostors: ImpostorsByBranch;
  readonly thresholds: Thresholds;
  readonly about: ReportAbout;
}

/** What was measured, and on what. */
export interface ReportAbout {
  readonly people: number;
  readonly photos: number;
  readonly mask: "none" | "probe" | "both";
  readonly masks: string;
  readonly impostors: "listed" | "cross";
  /** Whom was measured, and how many photos of each were enrolled where no list of pairs says it. */
  readonly chosen: { readonly people: "held-out" | "all"; readonly enrolled: number | null; readonly farther: number };
  readonly failedToEnrol: number;
  readonly failedToFind: number;
  readonly failures: { readonly enrolment: Failures; readonly probe: Failures };
  readonly msPerImage: { readonly detect: number; readonly embed: number };
}

type ByRate<T> = Readonly<Record<string, T>>;

/** Error rates over some pairs. A rate with fewer than thirty expected false matches behind it is null. */
export interface Rates {
  readonly genuinePairs: number;
  readonly impostorPairs: number;
  readonly eer: number | null;
  readonly fnmrAtFmr: ByRate<number | null>;
  readonly interval95: ByRate<Interval>;
}

/** What the threshold that the registry ships does to these pairs; null where there are no pairs for it. */
export interface InForce {
  readonly threshold: number | null;
  readonly fmr: number | null;
  readonly fmrInterval95: Interval | null;
  readonly fnmr: number | null;
  readonly fnmrInterval95: Interval | null;
}

export interface Curves {
  readonly det: readonly DetPoint[];
  readonly histogram: ScoreHistogram | null;
}

export type Report = ReturnType<typeof buildReport>;

const rates = [0.01, 0.001, 0.0001, 0.00001];
const branches = ["bare", "masked"] as const;

/** Everything that the evaluation says, as it is written to JSON; the page is made from this alone. */
export function buildReport({ pairs, impostors, thresholds, about }: ReportInput) {
  const genuine = pairs.filter(({ same }) => same);
  const all = new ImpostorScores();
  for (const branch of branches) all.addAll(impostors[branch].scores);
  const own = (branch: Branch) => genuine.filter((pair) => pair.branch === branch);
  const { genuinePairs, impostorPairs, ...overall } = ratesOf(genuine, all);
  const accuracy = crossValidatedAccuracy(pairs);
  const { people, photos, mask, masks, impostors: way, chosen, ...counts } = about;
  return {
    pairs: pairs.length,
    people,
    photos,
    mask,
    masks,
    impostors: way,
    chosen,
    genuinePairs,
    impostorPairs,
    failedToEnrol: counts.failedToEnrol,
    failedToFind: counts.failedToFind,
    failures: counts.failures,
    accuracy: round(accuracy),
    accuracyInterval95: wilson95(accuracy, pairs.length),
    ...overall,
    intervalMethod,
    inForce: byBranch((branch) => inForceOf(own(branch), impostors[branch], thresholds[branch]?.threshold ?? null)),
    branches: byBranch((branch) => pairs.filter((pair) => pair.branch === branch).length),
    byBranch: byBranch((branch) => ratesOf(own(branch), impostors[branch].scores)),
    curves: {
      all: curvesOf(genuine, all),
      ...byBranch((branch) => curvesOf(own(branch), impostors[branch].scores)),
    },
    msPerImage: counts.msPerImage,
  };
}

function byBranch<T>(make: (branch: Branch) => T): Readonly<Record<Branch, T>> {
  return { bare: make("bare"), masked: make("masked") };
}

function ratesOf(genuine: readonly JudgedPair[], impostors: ImpostorScores): Rates {
  const scores = genuine.map(({ score }) => score);
  const fnmrAtFmr: Record<string, number | null> = {};
  const intervals: Record<string, Interval> = {};
  for (const rate of rates) {
    const threshold = genuine.length === 0 ? undefined : impostors.thresholdAt(rate);
    fnmrAtFmr[rate] = threshold === undefined ? null : round(falseNonMatchRate(scores, threshold));
    if (threshold !== undefined) intervals[rate] = missedInterval(genuine, threshold);
  }
  const eer = equalErrorRate(scores, impostors);
  return {
    genuinePairs: genuine.length,
    impostorPairs: impostors.count,
    eer: eer === undefined ? null : round(eer),
    fnmrAtFmr,
    interval95: intervals,
  };
}

function missedInterval(genuine: readonly JudgedPair[], threshold: number): Interval {
  return interval95(tallyByPerson(genuine, ({ person, score }) => ({ person, error: score < threshold })));
}

function inForceOf(
  genuine: readonly JudgedPair[],
  { scores, inForce }: ImpostorsByBranch[Branch],
  threshold: number | null,
): InForce {
  const { errors, trials } = sumOf(inForce);
  const missed = genuine.filter(({ score }) => score < 0).length;
  return {
    threshold,
    fmr: scores.count === 0 ? null : round(errors / Math.max(1, trials)),
    fmrInterval95: scores.count === 0 ? null : interval95(inForce),
    fnmr: genuine.length === 0 ? null : round(missed / genuine.length),
    fnmrInterval95: genuine.length === 0 ? null : missedInterval(genuine, 0),
  };
}

function curvesOf(genuine: readonly JudgedPair[], impostors: ImpostorScores): Curves {
  const scores = genuine.map(({ score }) => score);
  return { det: detCurve(scores, impostors), histogram: scoreHistogram(scores, impostors) ?? null };
}
