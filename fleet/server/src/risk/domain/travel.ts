import { type SeenEvent, type Trigger, textOf } from "./seen-event.js";

/** Nobody walks from one ward to another and taps in again within this long; in the same ward, between two kiosks. */
const OTHER_WARD_MS = 30_000;
const SAME_WARD_MS = 3_000;
const LASTS_MS = 60 * 60_000;
const MOST_PEOPLE = 20_000;
/** Of one person, by when they happened. */
const MOST_UNLOCKS = 8;

interface Unlock {
  readonly device: string;
  readonly ward: string | null;
  readonly at: number;
}

/**
 * One person at two kiosks sooner than anybody walks: one of the two is not that person, or a badge is shared. Which of the
 * two kiosks tells first makes no difference.
 */
export class Travel {
  readonly #wardOf: (device: string) => string | null;
  readonly #people = new Map<string, readonly Unlock[]>();

  constructor(wardOf: (device: string) => string | null) {
    this.#wardOf = wardOf;
  }

  see(event: SeenEvent): Trigger[] {
    const staffId = event.kind === "session.unlocked" ? textOf(event.body["staffId"]) : null;
    if (staffId === null) return [];
    const unlock: Unlock = { device: event.source, ward: this.#wardOf(event.source), at: event.at };
    const known = this.#people.get(staffId) ?? [];
    this.#remember(staffId, [...known, unlock]);
    return known.flatMap((other) => {
      const apart = Math.abs(other.at - unlock.at);
      const sameWard = other.ward !== null && other.ward === unlock.ward;
      if (other.device === unlock.device || apart >= (sameWard ? SAME_WARD_MS : OTHER_WARD_MS)) return [];
      const [first, later] = other.at <= unlock.at ? [other, unlock] : [unlock, other];
      return [
        {
          detector: "impossible-travel",
          device: later.device,
          staffId,
          strength: sameWard ? 0.35 : 0.7,
          at: later.at,
          lastsMs: LASTS_MS,
          facts: { from: first.device, to: later.device, seconds: Math.round(apart / 1_000) },
        } satisfies Trigger,
      ];
    });
  }

  #remember(staffId: string, unlocks: readonly Unlock[]): void {
    const [oldest] = this.#people.keys();
    if (!this.#people.has(staffId) && this.#people.size >= MOST_PEOPLE && oldest !== undefined) {
      this.#people.delete(oldest);
    }
    this.#people.set(staffId, [...unlocks].sort((a, b) => a.at - b.at).slice(-MOST_UNLOCKS));
  }
}
