import type { NudgeMoment } from "@wardkey/protocol/nudge";

/** What of a kiosk decides whether somebody may be spoken to. */
export interface MomentFacts {
  readonly monotonic: number;
  /** Who is in: number of the attempt that let them in, since when; `null`: nobody, or they are just leaving. */
  readonly open: { readonly attempt: number; readonly since: number } | null;
  readonly leaving: boolean;
  /** It is locked, and nobody stands before it. */
  readonly atRest: boolean;
  readonly procedure: boolean;
  readonly emergency: boolean;
  readonly quiet: boolean;
  /** When a nudge was shown here last. */
  readonly lastShownAt: number | null;
}

export interface Waiting {
  readonly moment: NudgeMoment;
  readonly expiresAt: number;
  /** Whose session it is for. */
  readonly attempt: number | null;
}

export type WithheldBecause =
  | "nobody-in"
  | "too-late"
  | "procedure"
  | "emergency"
  | "quiet-hours"
  | "too-soon"
  | "overtaken";
export type Verdict = "show" | "wait" | { readonly withhold: WithheldBecause };

/** Somebody who came in this long ago is at work: a sentence would be in the way. */
export const JUST_IN_MS = 15_000;
/** Between two nudges at the same kiosk, whoever reads them. */
export const PAUSE_MS = 60_000;

const withhold = (because: WithheldBecause): Verdict => ({ withhold: because });

/** Whether a nudge is to be shown now, later or not at all: at tap-in or tap-out alone, never in the way of work. */
export function momentOf(waiting: Waiting, facts: MomentFacts): Verdict {
  if (facts.monotonic >= waiting.expiresAt) return withhold("too-late");
  if (waiting.attempt === null) return withhold("nobody-in");
  const theirs = facts.open?.attempt === waiting.attempt ? facts.open : null;
  if (waiting.moment === "tap-out") {
    if (theirs !== null || facts.leaving) return "wait";
    return facts.atRest ? unlessUnwelcome(facts) : withhold("overtaken");
  }
  if (theirs === null) return withhold("overtaken");
  if (facts.monotonic - theirs.since > JUST_IN_MS) return withhold("too-late");
  if (facts.procedure) return withhold("procedure");
  if (facts.emergency) return withhold("emergency");
  return unlessUnwelcome(facts);
}

function unlessUnwelcome({ quiet, lastShownAt, monotonic }: MomentFacts): Verdict {
  if (quiet) return withhold("quiet-hours");
  if (lastShownAt !== null && monotonic - lastShownAt < PAUSE_MS) return withhold("too-soon");
  return "show";
}

/** Whether what is shown must go at once: somebody works, or somebody else has come. */
export function isOvertaken(shown: Pick<Waiting, "moment" | "attempt">, facts: MomentFacts): boolean {
  if (shown.moment === "tap-out") return !facts.atRest;
  return facts.open?.attempt !== shown.attempt || facts.procedure;
}
