import type { Behaviour } from "@wardkey/protocol/nudge";
import type { LessonId } from "@wardkey/protocol/training";

export type Arm = "treated" | "holdout";

export type Instrument =
  | { readonly kind: "nudge"; readonly template: string }
  | { readonly kind: "lesson"; readonly lesson: LessonId };

/**
 * A trial as it was registered, before the first nudge of it: which behaviour counts, what is done about it where, and
 * for how long. Only how it ended changes afterwards.
 */
export interface Trial {
  readonly id: string;
  readonly behaviour: Behaviour;
  readonly instrument: Instrument;
  readonly seed: string;
  readonly arms: readonly { readonly ward: string; readonly arm: Arm }[];
  readonly baselineFrom: number;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly registeredBy: string;
  readonly digest: string;
  /** When it ended or was stopped; `null`: it has not. */
  readonly endedAt: number | null;
  readonly stopped: boolean;
  /**
   * Wards in which enough people worked while it ran, as was seen when it ended: who works where is forgotten sooner than
   * a trial. Missing: it has not ended, or it ended before that was kept.
   */
  readonly told?: readonly string[] | undefined;
}

/** Two an arm: with fewer there is no spread to make an interval from. */
export const FEWEST_WARDS = 4;

export const armOf = (trial: Pick<Trial, "arms">, ward: string): Arm | null =>
  trial.arms.find((each) => each.ward === ward)?.arm ?? null;

/** Everything that was decided beforehand, as one text: its digest stands in the audit. */
export const registrationText = (trial: Omit<Trial, "digest" | "endedAt" | "stopped" | "told">): string => {
  const { id, behaviour, instrument, seed, arms, baselineFrom, startsAt, endsAt, registeredBy } = trial;
  const done = instrument.kind === "nudge" ? instrument.template : instrument.lesson;
  return JSON.stringify([
    "wardkey-trial-1",
    ...[id, behaviour, instrument.kind, done, seed, arms.map(({ ward, arm }) => [ward, arm])],
    ...[baselineFrom, startsAt, endsAt, registeredBy, "behaviours per 100 sessions, change from baseline, by ward"],
  ]);
};

/**
 * Assigns wards to arms: those with like rates stand side by side and a coin that the seed throws decides within each
 * pair, so that both arms begin alike (pair-matched cluster randomisation, Hayes and Moulton, "Cluster Randomised
 * Trials", 2017, chapter 5). `coin` gives 0..1 for a seed and a name.
 */
export function assignWards(
  wards: readonly { readonly ward: string; readonly rate: number }[],
  seed: string,
  coin: (seed: string, name: string) => number,
): Trial["arms"] {
  const sorted = wards.toSorted((one, other) => one.rate - other.rate || (one.ward < other.ward ? -1 : 1));
  return sorted.map(({ ward }, place) => {
    const firstOfPair = sorted[place - (place % 2)]?.ward ?? ward;
    const heads = coin(seed, firstOfPair) < 0.5;
    const first = place % 2 === 0;
    return { ward, arm: heads === first ? ("treated" as const) : ("holdout" as const) };
  });
}
