import { Secret, TOTP } from "otpauth";

const PERIOD_SECONDS = 30;

export function newTotpSecret(random: Uint8Array): string {
  return new Secret({ buffer: Uint8Array.from(random).buffer }).base32;
}

/** What an authenticator app reads from a QR code or takes typed. */
export const totpUri = (about: { secret: string; login: string; issuer: string }): string =>
  totpOf(about.secret, about.login, about.issuer).toString();

/**
 * The time step of a right code (RFC 6238), one step of drift either way, or `null`. A step not after `lastStep` was used
 * before (RFC 6238 5.2).
 */
export function totpStep(code: string, at: { secret: string; now: number; lastStep: number }): number | null {
  const delta = totpOf(at.secret).validate({ token: code, timestamp: at.now, window: 1 });
  if (delta === null) return null;
  const step = Math.floor(at.now / 1_000 / PERIOD_SECONDS) + delta;
  return step > at.lastStep ? step : null;
}

/** The code of an authenticator app at `now`. */
export const totpCode = (secret: string, now: number): string => totpOf(secret).generate({ timestamp: now });

const totpOf = (secret: string, label = "Wardkey", issuer = "Wardkey"): TOTP =>
  new TOTP({ secret: Secret.fromBase32(secret), label, issuer, algorithm: "SHA1", digits: 6, period: PERIOD_SECONDS });
