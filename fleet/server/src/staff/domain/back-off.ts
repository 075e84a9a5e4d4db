import { type Duration, minutes, seconds } from "@wardkey/protocol";

/** Persisted a key (a kiosk, an operator, a badge, a person), so that a restart forgives nothing. */
export type GuessRecord = { failures: number; lockedUntil: number };
export const NO_GUESSES: GuessRecord = { failures: 0, lockedUntil: 0 };

export type ChargeOutcome = { ok: true; record: GuessRecord } | { ok: false; retryAfter: number };

const FREE_MISTAKES = 2;
const FIRST_LOCK: Duration = seconds(30);
const LONGEST_LOCK: Duration = minutes(15);

/**
 * Pays for one try before it is judged: kept as a mistake, and only a right answer takes it back (`NO_GUESSES`). So tries
 * that are sent together count one by one, and a crash between try and answer forgives nothing.
 */
export function chargeGuess(record: GuessRecord, now: number): ChargeOutcome {
  // A clock turned back must not stretch a lock beyond the longest one.
  const left = Math.min(record.lockedUntil - now, LONGEST_LOCK);
  if (left > 0) return { ok: false, retryAfter: left };
  const failures = record.failures + 1;
  const lock = failures <= FREE_MISTAKES ? 0 : Math.min(FIRST_LOCK * 2 ** (failures - FREE_MISTAKES - 1), LONGEST_LOCK);
  return { ok: true, record: { failures, lockedUntil: lock === 0 ? 0 : now + lock } };
}
