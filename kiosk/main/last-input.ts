import type { InputReport } from "@wardkey/protocol/screen";

/** Nobody types or points for so long without a second's rest. */
export const RESTS_WITHIN_MS = 300_000;

/**
 * What the system says of the last input, as far as it is to be believed. Where Chromium cannot tell (X without its screen
 * saver extension, most of Wayland) it says 0 for ever, which would be hands that never rest; a key under a book says the
 * same. So a system is believed once it has said of a rest, and no longer than `RESTS_WITHIN_MS` after the last one.
 */
export class LastInput {
  #restedAt: number | null = null;

  /** Takes `getSystemIdleTime()` at monotonic `now` (milliseconds); `null`: nothing can be said. */
  looked(seconds: number, now: number): InputReport | null {
    if (!Number.isSafeInteger(seconds) || seconds < 0) return null;
    if (seconds > 0) this.#restedAt = now;
    if (this.#restedAt === null || now - this.#restedAt > RESTS_WITHIN_MS) return null;
    return { v: 1, secondsAgo: seconds };
  }
}
