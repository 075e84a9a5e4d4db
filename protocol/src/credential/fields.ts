import { z } from "zod";
import { type Instant, instant } from "../units.js";

/** Site, staff and kiosk ids, as in topics and paths. */
export const Id = z.string().regex(/^[a-z0-9-]{1,63}$/);
/** A name for a screen: no control characters, nothing that turns the direction of text. */
export const DisplayName = z
  .string()
  .min(1)
  .max(80)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]*$/u);
/** NumericDate of RFC 8392: whole seconds, here up to the year 9999. */
export const Seconds = z.int().nonnegative().max(253_402_300_799);
export const Epoch = z.int().nonnegative().max(0xffff_ffff);

export const toSeconds = (at: Instant): number => Math.floor(at / 1_000);
export const fromSeconds = (value: number): Instant => instant(value * 1_000);
