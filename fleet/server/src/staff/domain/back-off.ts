import { type Duration, minutes, seconds } from "@wardkey/protocol";

/** Persisted a kiosk, so that a restart forgives nothing. */
export type GuessRecord = { failures: number; lockedUntil: number };
export const NO_GUESSES: GuessRecord = { failures: 0, lockedUntil: 0 };

export type GuessOutcome = { outcome: "right" } | { outcome: "wrong" } | { outcome: "locked"; retryAfter: number };

const FREE_MISTAKES = 2;
const FIRST_LOCK: Duration = seconds(30);
const LONGEST_LOCK: Duration = minutes(15);

/** One try at the operator code. While locked a right code counts as little as a wrong one. */
export function judgeGuess(
  record: GuessRecord,
  { right, now }: { right: boolean; now: number },
): { record: GuessRecord } & GuessOutcome {
  // A clock turned back must not stretch a lock beyond the longest one.
  const left = Math.min(record.lockedUntil - now, LONGEST_LOCK);
  if (left > 0) return { record, outcome: "locked", retryAfter: left };
  if (right) return { record: NO_GUESSES, outcome: "right" };
  const failures = record.failures + 1;
  const lock = failures <= FREE_MISTAKES ? 0 : Math.min(FIRST_LOCK * 2 ** (failures - FREE_MISTAKES - 1), LONGEST_LOCK);
  return { record: { failures, lockedUntil: lock === 0 ? 0 : now + lock }, outcome: "wrong" };
}
