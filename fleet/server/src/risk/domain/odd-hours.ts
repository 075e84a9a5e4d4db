import type { Behaviour } from "./behaviours.js";
import { type SeenEvent, textOf } from "./seen-event.js";

const HOUR_MS = 3_600_000;
/** Before somebody's hours are known, none is odd. */
const LEAST_UNLOCKS = 60;
const ODD_SHARE = 0.01;
/** Of these few nobody makes a habit. */
const FEW = 3;
const MOST_PEOPLE = 20_000;

/**
 * Somebody at an hour at which they hardly ever come, by their own hours alone: a night shift is nobody's oddity. Hours are
 * those of UTC, because a person's habits shift with the clock twice a year and not by more. The habits live in memory
 * and are learned anew after a start; what was odd is kept of the ward that they came to, and of nobody.
 */
export class OddHours {
  readonly #wardOf: (device: string) => string | null;
  readonly #hours = new Map<string, Uint16Array>();

  constructor(wardOf: (device: string) => string | null) {
    this.#wardOf = wardOf;
  }

  see({ source, kind, at, body }: SeenEvent): Behaviour[] {
    const staffId = kind === "session.unlocked" ? textOf(body["staffId"]) : null;
    if (staffId === null) return [];
    const hours = this.#of(staffId);
    const hour = Math.floor(at / HOUR_MS) % 24;
    const all = hours.reduce((sum, count) => sum + count, 0);
    const around = [23, 0, 1].reduce((sum, shift) => sum + (hours[(hour + shift) % 24] ?? 0), 0);
    if (all >= 60_000) for (const [index, count] of hours.entries()) hours[index] = count >> 1;
    hours[hour] = (hours[hour] ?? 0) + 1;
    if (all < LEAST_UNLOCKS || around >= Math.max(FEW, all * ODD_SHARE)) return [];
    const ward = this.#wardOf(source);
    return ward === null ? [] : [{ name: "odd-hours", at: `zone:${ward}` }];
  }

  #of(staffId: string): Uint16Array {
    const known = this.#hours.get(staffId);
    if (known !== undefined) return known;
    const [oldest] = this.#hours.keys();
    if (this.#hours.size >= MOST_PEOPLE && oldest !== undefined) this.#hours.delete(oldest);
    const hours = new Uint16Array(24);
    this.#hours.set(staffId, hours);
    return hours;
  }
}
