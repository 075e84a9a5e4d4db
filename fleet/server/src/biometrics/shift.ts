import { SCORE_BINS, totalOf } from "@wardkey/protocol/fleet";

/** Under this a bin is taken for this share, so that an empty one does not weigh without end. */
const LEAST_SHARE = 1e-4;

/**
 * Population stability index between two histograms: sum over the bins of (p - q) ln(p / q). By custom (credit scoring) under 0.1 is
 * no shift, 0.1 to 0.25 some, over 0.25 one to look into; it is no test of significance.
 */
export function stabilityIndex(reference: readonly number[], current: readonly number[]): number {
  const [all, now] = [totalOf(reference), totalOf(current)];
  let index = 0;
  for (let bin = 0; bin < SCORE_BINS; bin += 1) {
    const p = Math.max(LEAST_SHARE, (current[bin] ?? 0) / now);
    const q = Math.max(LEAST_SHARE, (reference[bin] ?? 0) / all);
    index += (p - q) * Math.log(p / q);
  }
  return index;
}

export type Shift = "none" | "some" | "look";

export function shiftOf(index: number): Shift {
  if (index < 0.1) return "none";
  return index <= 0.25 ? "some" : "look";
}
