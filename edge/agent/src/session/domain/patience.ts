import { type Duration, milliseconds } from "@wardkey/protocol";
import type { Nearby } from "./model.js";

/** Pauses after refusals. */
export interface PatienceRules {
  readonly first: Duration;
  /** Longest pause after refusals that cost the phone a release. */
  readonly longest: Duration;
  /** Longest pause after refusals that cost the phone nothing. */
  readonly longestUnreleased: Duration;
  readonly forgetAfter: Duration;
}

/** How often a wallet was refused of late, and until when it is left alone. */
export interface Refusals {
  readonly id: string;
  readonly count: number;
  readonly coolUntil: number;
  readonly at: number;
}

/** Wallets remembered at most: the oldest refusal is forgotten first. */
const REMEMBERED = 64;

/**
 * Pause before the next try with the same wallet: it doubles with each refusal, so that a stranger who stands before
 * the camera cannot use up the releases that the phone grants this kiosk (20 an hour).
 */
export function pauseAfter(refusals: number, released: boolean, rules: PatienceRules): Duration {
  const doubled = rules.first * 2 ** Math.min(30, Math.max(0, refusals - 1));
  return milliseconds(Math.min(released ? rules.longest : rules.longestUnreleased, doubled));
}

export function coolUntil(list: readonly Refusals[], id: string): number {
  return list.find((each) => each.id === id)?.coolUntil ?? Number.NEGATIVE_INFINITY;
}

/** Tries with a phone that was only guessed, and how long none is made then: others' phones are not asked over and over. */
const GUESSES = 2;
const GUESSED_PAUSE_MS = 60_000;

/** From which monotonic moment on this phone may be asked. */
export function askedFrom(list: readonly Refusals[], { holder, guessed }: Pick<Nearby, "holder" | "guessed">): number {
  const cool = coolUntil(list, holder.id);
  const refused = list.find((each) => each.id === holder.id);
  if (guessed !== true || refused === undefined || refused.count < GUESSES) return cool;
  return Math.max(cool, refused.at + GUESSED_PAUSE_MS);
}

export function remember(
  list: readonly Refusals[],
  refusal: { id: string; released: boolean; monotonic: number },
  rules: PatienceRules,
): readonly Refusals[] {
  const { id, released, monotonic } = refusal;
  const recent = list.filter((each) => each.id !== id && monotonic - each.at < rules.forgetAfter);
  const before = list.find((each) => each.id === id && monotonic - each.at < rules.forgetAfter);
  const count = (before?.count ?? 0) + 1;
  const until = monotonic + pauseAfter(count, released, rules);
  return [...recent.slice(-(REMEMBERED - 1)), { id, count, coolUntil: until, at: monotonic }];
}

export const forgive = (list: readonly Refusals[], id: string): readonly Refusals[] =>
  list.filter((each) => each.id !== id);
