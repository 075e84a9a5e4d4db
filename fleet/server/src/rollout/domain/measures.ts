import { type Tally, wilson } from "./wilson.js";

/** Upper edges of the tap time's buckets, ms; the last one holds everything longer. */
export const TAP_EDGES = [200, 300, 400, 500, 650, 800, 1_000, 1_300, 1_700, 2_200, 3_000, 4_000, 6_000] as const;
export const TAP_BUCKETS = TAP_EDGES.length + 1;

/** What was counted on one side of a roll-out. */
export interface Counts {
  readonly locks: number;
  readonly falseLocks: number;
  readonly taps: number;
  readonly refused: number;
  /** Unlocks by how long the tap took. */
  readonly tapTimes: readonly number[];
}

export const NO_COUNTS: Counts = {
  locks: 0,
  falseLocks: 0,
  taps: 0,
  refused: 0,
  tapTimes: new Array<number>(TAP_BUCKETS).fill(0),
};

export const sumOf = (a: Counts, b: Counts): Counts => ({
  locks: a.locks + b.locks,
  falseLocks: a.falseLocks + b.falseLocks,
  taps: a.taps + b.taps,
  refused: a.refused + b.refused,
  tapTimes: a.tapTimes.map((count, bucket) => count + (b.tapTimes[bucket] ?? 0)),
});

export const bucketOf = (ms: number): number => {
  const bucket = TAP_EDGES.findIndex((edge) => ms <= edge);
  return bucket < 0 ? TAP_EDGES.length : bucket;
};

/** The edge under which 95 of 100 taps stay, ms; `null` without taps, infinite in the last bucket. */
export function p95Of(counts: Counts): number | null {
  const total = counts.tapTimes.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let seen = 0;
  for (const [bucket, count] of counts.tapTimes.entries()) {
    seen += count;
    if (seen >= total * 0.95) return TAP_EDGES[bucket] ?? Number.POSITIVE_INFINITY;
  }
  return Number.POSITIVE_INFINITY;
}

export type Worse = "false-locks" | "refused-taps" | "tap-time";
export type Verdict =
  | { readonly verdict: "worse"; readonly of: Worse }
  | { readonly verdict: "no-worse" }
  /** Too few taps on one of the two sides to say anything. */
  | { readonly verdict: "too-few" };

/** Normal quantile of a two-sided interval of 99.7 %. */
const Z = 3;
const LEAST_CHANCES = 30;
const LEAST_BAD = 5;

/**
 * Whether the candidate does worse than the control group of the same hours. Worse means: the lower end of the candidate's
 * 99.7 % Wilson interval lies above the upper end of the control's, with at least 30 chances on both sides and 5 bad ones
 * under the candidate. Intervals that do not touch are a stricter demand than a two-proportion test of that level, which
 * makes up for looking again and again: a test beside this counts how often chance alone halts. Tap time is judged as the share of taps slower than the control's own 95th percentile.
 */
export function judge(candidate: Counts, control: Counts): Verdict {
  const slowEdge = p95Of(control);
  const tallies: readonly (readonly [Worse, Tally, Tally])[] = [
    ["false-locks", { bad: candidate.falseLocks, of: candidate.locks }, { bad: control.falseLocks, of: control.locks }],
    ["refused-taps", { bad: candidate.refused, of: candidate.taps }, { bad: control.refused, of: control.taps }],
    ["tap-time", slowerThan(candidate, slowEdge), slowerThan(control, slowEdge)],
  ];
  const enough = tallies.filter(([, a, b]) => a.of >= LEAST_CHANCES && b.of >= LEAST_CHANCES);
  const worse = enough.find(([, a, b]) => a.bad >= LEAST_BAD && wilson(a, Z).low > wilson(b, Z).high);
  if (worse !== undefined) return { verdict: "worse", of: worse[0] };
  return enough.length === 0 ? { verdict: "too-few" } : { verdict: "no-worse" };
}

function slowerThan(counts: Counts, edge: number | null): Tally {
  const of = counts.tapTimes.reduce((sum, count) => sum + count, 0);
  if (edge === null) return { bad: 0, of: 0 };
  const bad = counts.tapTimes.reduce(
    (sum, count, bucket) => ((TAP_EDGES[bucket] ?? Infinity) > edge ? sum + count : sum),
    0,
  );
  return { bad, of };
}
