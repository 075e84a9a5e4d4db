import { tQuantile } from "./student-t.js";
import type { Arm } from "./trial.js";

/** What one ward showed before and during a trial. */
export interface WardOutcome {
  readonly ward: string;
  readonly arm: Arm;
  readonly before: Counted;
  readonly during: Counted;
}

export interface Counted {
  readonly sessions: number;
  readonly behaviours: number;
}

export interface ArmSummary {
  readonly wards: number;
  /** Behaviours per 100 sessions, the mean over its wards. */
  readonly before: number;
  readonly during: number;
}

export interface Effect {
  readonly treated: ArmSummary;
  readonly holdout: ArmSummary;
  /** Change of the treated wards beyond that of the holdout, in behaviours per 100 sessions; below zero is fewer. */
  readonly difference: number;
  /**
   * 95 % interval of it; `null`: too few wards had sessions before and during it, or those of each arm changed alike, so
   * that nothing shows how far wards differ by chance.
   */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** Wards that had no session before or during it, and say nothing. */
  readonly silent: number;
}

const PER = 100;
/** Changes nearer to each other than this differ by how computers keep fractions, not by what wards did. */
const ALIKE = 1e-9;
export const rateOf = ({ sessions, behaviours }: Counted): number => (PER * behaviours) / sessions;

/**
 * The effect with the ward as the unit, as it was randomised: each ward's change from its own baseline, the difference of
 * the arms' means, and Welch's interval for it (Hayes and Moulton, 2017, chapter 10). Sessions are not independent within
 * a ward, so that an interval over sessions would be far too narrow.
 */
export function effectOf(outcomes: readonly WardOutcome[]): Effect {
  const telling = outcomes.filter(({ before, during }) => before.sessions > 0 && during.sessions > 0);
  const of = (arm: Arm): readonly WardOutcome[] => telling.filter((each) => each.arm === arm);
  const [treated, holdout] = [of("treated"), of("holdout")];
  const changes = (wards: readonly WardOutcome[]): number[] =>
    wards.map(({ before, during }) => rateOf(during) - rateOf(before));
  const [here, there] = [changes(treated), changes(holdout)];
  const difference = mean(here) - mean(there);
  return {
    treated: summaryOf(treated),
    holdout: summaryOf(holdout),
    difference,
    interval: welch(here, there, difference),
    silent: outcomes.length - telling.length,
  };
}

function welch(here: readonly number[], there: readonly number[], difference: number): Effect["interval"] {
  if (here.length < 2 || there.length < 2) return null;
  // An interval of no width would claim certainty of what a handful of small wards did: few counts easily come out alike.
  if (spreadOf(here) < ALIKE && spreadOf(there) < ALIKE) return null;
  const [a, b] = [variance(here) / here.length, variance(there) / there.length];
  const freedom = (a + b) ** 2 / (a ** 2 / (here.length - 1) + b ** 2 / (there.length - 1));
  const half = tQuantile(0.975, freedom) * Math.sqrt(a + b);
  return { low: difference - half, high: difference + half };
}

const summaryOf = (wards: readonly WardOutcome[]): ArmSummary => ({
  wards: wards.length,
  before: mean(wards.map(({ before }) => rateOf(before))),
  during: mean(wards.map(({ during }) => rateOf(during))),
});

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

const spreadOf = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);

function variance(values: readonly number[]): number {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
}
