import { type Duration, type Instant, minutes } from "../units.js";

/** Clocks of phone, kiosk and site may differ by this much before something counts as "not yet valid". It never lengthens a validity. */
export const CLOCK_TOLERANCE: Duration = minutes(1);

/** Where `at` lies in a validity whose last instant is `notAfter`. */
export function placeInTime(
  period: { readonly notBefore: Instant; readonly notAfter: Instant },
  at: Instant,
): "early" | "within" | "late" {
  if (at > period.notAfter) return "late";
  if (at + CLOCK_TOLERANCE < period.notBefore) return "early";
  return "within";
}
