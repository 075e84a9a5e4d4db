import type { DetectorName } from "@wardkey/protocol/fleet";
import type { Trigger } from "./seen-event.js";

/** Something that was noticed, for as long as it lasts. */
export interface Detection {
  readonly id: string;
  readonly detector: DetectorName;
  readonly device: string | null;
  readonly staffId: string | null;
  readonly strength: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly until: number;
  /** How often it was noticed. */
  readonly count: number;
  readonly facts: Readonly<Record<string, string | number>>;
  readonly dismissed: Dismissed | null;
}

/** Who let it go before its time, and why. */
export interface Dismissed {
  readonly by: string;
  readonly at: number;
  readonly reason: DismissReason;
}

export const DISMISS_REASONS = ["false-alarm", "handled", "test"] as const;
export type DismissReason = (typeof DISMISS_REASONS)[number];

const MOST_ACTIVE = 20_000;

/** Detections in force. The same again prolongs and may strengthen one; nothing weakens it but its end or a person. */
export class Detections {
  readonly #active = new Map<string, Detection>();
  readonly #newId: () => string;

  constructor(newId: () => string, kept: Iterable<Detection> = []) {
    this.#newId = newId;
    for (const detection of kept) this.#active.set(subjectOf(detection), detection);
  }

  active(): readonly Detection[] {
    return [...this.#active.values()];
  }

  one(id: string): Detection | null {
    return this.active().find((each) => each.id === id) ?? null;
  }

  /** `null`: it was over before it was told, or there are too many to keep one more. */
  notice(trigger: Trigger, now: number): { readonly detection: Detection; readonly fresh: boolean } | null {
    // A clock that is ahead makes no suspicion last longer.
    const at = Math.min(trigger.at, now);
    const until = at + trigger.lastsMs;
    if (until <= now) return null;
    const key = subjectOf(trigger);
    const known = this.#active.get(key);
    if (known === undefined && this.#active.size >= MOST_ACTIVE) return null;
    const detection: Detection =
      known === undefined
        ? {
            ...{ id: this.#newId(), detector: trigger.detector, device: trigger.device, staffId: trigger.staffId },
            ...{ strength: trigger.strength, firstAt: at, lastAt: at, until, count: 1 },
            ...{ facts: trigger.facts, dismissed: null },
          }
        : {
            ...known,
            // Once it was anybody else's too, it is no one's.
            staffId: known.staffId === trigger.staffId ? known.staffId : null,
            strength: Math.max(known.strength, trigger.strength),
            firstAt: Math.min(known.firstAt, at),
            lastAt: Math.max(known.lastAt, at),
            until: Math.max(known.until, until),
            count: known.count + 1,
            facts: trigger.strength >= known.strength ? trigger.facts : known.facts,
          };
    this.#active.set(key, detection);
    return { detection, fresh: known === undefined };
  }

  /** Lets one go before its time; `null` when it is not in force. */
  dismiss(id: string, dismissed: Dismissed): Detection | null {
    const known = this.one(id);
    if (known === null) return null;
    this.#active.delete(subjectOf(known));
    return { ...known, dismissed };
  }

  /** Takes out those that are over. */
  expire(now: number): readonly Detection[] {
    const over = this.active().filter(({ until }) => until <= now);
    for (const detection of over) this.#active.delete(subjectOf(detection));
    return over;
  }

  /** When the next one is over; `null` when none is in force. */
  nextEnd(): number | null {
    let next: number | null = null;
    for (const { until } of this.#active.values()) next = next === null ? until : Math.min(next, until);
    return next;
  }
}

/** What it is about: a person at two kiosks is another one than a person at one. */
const subjectOf = ({ detector, device, staffId }: Pick<Detection, "detector" | "device" | "staffId">): string =>
  JSON.stringify([detector, device, detector === "impossible-travel" ? staffId : null]);
