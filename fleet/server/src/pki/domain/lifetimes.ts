import { type Duration, days, hours, minutes } from "@wardkey/protocol";

export const ROOT_LIFE: Duration = days(3_650);
export const INTERMEDIATE_LIFE: Duration = days(3 * 365);
export const IDENTITY_LIFE: Duration = hours(24);
export const READER_LIFE: Duration = days(30);
export const STATUS_LIFE: Duration = hours(24);
export const SERVER_LIFE: Duration = days(90);
export const CREDENTIAL_LIFE: Duration = days(365);
/** A signer is replaced at half its life, and what it signed on that day must still verify on its own last day. */
export const SIGNER_LIFE: Duration = days(2 * 365 + 1);
/** An identity that ran out for at most this long may still ask for the next one, and for nothing else. */
export const LATE_RENEWAL: Duration = days(30);
/** A revocation list is asked for anew after this. */
export const CRL_LIFE: Duration = hours(24);
/** Clocks in a ward differ: what is issued now is valid for a phone that runs this much late. */
export const CLOCK_TOLERANCE: Duration = minutes(5);

export type Validity = { notBefore: number; notAfter: number };

/** X.509 counts whole seconds: both ends are cut to them. */
export function validityFrom(now: number, life: Duration): Validity {
  const whole = (at: number): number => Math.floor(at / 1_000) * 1_000;
  return { notBefore: whole(now - CLOCK_TOLERANCE), notAfter: whole(now + life) };
}

/** Less than half of its life is left, or it is not valid at all. */
export function needsRenewal({ notBefore, notAfter }: Validity, now: number): boolean {
  return now < notBefore || notAfter - now < (notAfter - notBefore) / 2;
}
