import { distanceAt, strengthAt } from "./distance.js";
import { StrengthWindow } from "./strength-window.js";
import type { PresenceTuning } from "./tuning.js";

export type LeavingWhy = "distance" | "heartbeat" | "link";
export type ServedChange = { type: "leaving"; why: LeavingWhy } | { type: "back" } | { type: "gone" };

const READINGS_KEPT = 5;
const WINDOW_MS = 2_000;

/**
 * Whether the phone that a session belongs to stays. Its advertisements say nothing here, for anybody can replay them:
 * only heartbeats that were authenticated, and the strength of the link that brings them, which may lock but not unlock.
 */
export class ServedPhone {
  readonly #tuning: PresenceTuning;
  readonly #readings = new StrengthWindow(READINGS_KEPT);
  #heartbeatAt: number;
  #readingAt: number;
  #strongest = Number.NEGATIVE_INFINITY;
  #leaving: LeavingWhy | undefined;
  #gone = false;

  constructor(tuning: PresenceTuning, at: number) {
    this.#tuning = tuning;
    this.#heartbeatAt = at;
    this.#readingAt = at;
  }

  heartbeat(at: number): ServedChange | undefined {
    this.#heartbeatAt = at;
    return this.#judge(at);
  }

  /** Strength of the link, dBm. */
  rssi(strength: number, at: number): ServedChange | undefined {
    this.#readingAt = at;
    this.#readings.add(strength, at);
    if (this.#readings.held === READINGS_KEPT) {
      this.#strongest = Math.max(this.#strongest, this.#readings.median(READINGS_KEPT, at - WINDOW_MS) ?? strength);
    }
    return this.#judge(at);
  }

  lost(): ServedChange | undefined {
    return this.#leave("link");
  }

  tick(at: number): ServedChange | undefined {
    return this.#judge(at);
  }

  #judge(at: number): ServedChange | undefined {
    if (this.#leaving === "link") return undefined;
    if (at - this.#heartbeatAt > this.#tuning.heartbeatLoss) return this.#leave("heartbeat");
    if (at - this.#readingAt > this.#tuning.heartbeatLoss) return this.#leave("distance");
    const distance = this.#distance(at);
    if (distance === undefined) return undefined;
    if (distance > this.#tuning.leaveLine) return this.#leave("distance") ?? this.#goneBeyond(distance);
    if (this.#leaving === undefined || distance > this.#tuning.backLine) return undefined;
    this.#leaving = undefined;
    this.#gone = false;
    return { type: "back" };
  }

  #leave(why: LeavingWhy): ServedChange | undefined {
    const already = this.#leaving !== undefined;
    this.#leaving = why;
    return already ? undefined : { type: "leaving", why };
  }

  /** Who is that far did not just step aside: told once, until it is back. */
  #goneBeyond(distance: number): ServedChange | undefined {
    if (this.#gone || distance <= this.#tuning.goneLine) return undefined;
    this.#gone = true;
    return { type: "gone" };
  }

  #distance(at: number): number | undefined {
    const strength = this.#readings.median(READINGS_KEPT, at - WINDOW_MS);
    return strength === undefined ? undefined : distanceAt(strength + this.#allowance(), this.#tuning);
  }

  /** Somebody just recognised stands within arm's reach: what is missing at the best moment of the session is their body. */
  #allowance(): number {
    if (!Number.isFinite(this.#strongest)) return this.#tuning.bodyLoss;
    const missing = strengthAt(this.#tuning.armsReach, this.#tuning) - this.#strongest;
    return Math.min(this.#tuning.bodyLoss, Math.max(0, missing));
  }
}
