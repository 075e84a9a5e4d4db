import { bucketOf, type Counts, NO_COUNTS, sumOf } from "./measures.js";

/** What this reads of a kiosk's journal entry. */
export interface WatchedEvent {
  readonly kind: string;
  readonly at: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Who comes back to the same kiosk this soon after it locked had not left. */
const BACK_WITHIN_MS = 30_000;
/** A lock by hand, by an order or at the start is nobody's mistake. */
const MEANT = new Set(["lock-now", "started", "kiosk-cut-off", "person-cut-off", "lease-expired"]);
const MOST_DEVICES = 20_000;

interface LastLock {
  readonly staffId: string;
  readonly at: number;
}

/**
 * Counts what happens at kiosks. A false lock is a lock after which the same person unlocks the same kiosk within 30
 * seconds. What it remembers is the last lock of each kiosk; forgotten at a restart, at most one false lock a kiosk is missed.
 */
export class KioskWatch {
  readonly #lastLocks = new Map<string, LastLock>();

  count(device: string, events: readonly WatchedEvent[]): Counts {
    return events.reduce((sum, event) => sumOf(sum, this.#one(device, event)), NO_COUNTS);
  }

  #one(device: string, { kind, at, body }: WatchedEvent): Counts {
    switch (kind) {
      case "session.locked": {
        const { reason, staffId } = body;
        this.#lastLocks.delete(device);
        if (typeof reason !== "string" || typeof staffId !== "string" || MEANT.has(reason)) return NO_COUNTS;
        this.#remember(device, { staffId, at });
        return { ...NO_COUNTS, locks: 1 };
      }
      case "session.unlocked": {
        const last = this.#lastLocks.get(device);
        this.#lastLocks.delete(device);
        const back = last !== undefined && last.staffId === body["staffId"] && at - last.at <= BACK_WITHIN_MS;
        const { ms } = body;
        const tapTimes = NO_COUNTS.tapTimes.map((none, bucket) =>
          typeof ms === "number" && bucket === bucketOf(ms) ? 1 : none,
        );
        return { ...NO_COUNTS, taps: 1, falseLocks: back ? 1 : 0, tapTimes };
      }
      case "tap.refused":
        return { ...NO_COUNTS, taps: 1, refused: 1 };
      default:
        return NO_COUNTS;
    }
  }

  #remember(device: string, lock: LastLock): void {
    const [oldest] = this.#lastLocks.keys();
    if (this.#lastLocks.size >= MOST_DEVICES && oldest !== undefined) this.#lastLocks.delete(oldest);
    this.#lastLocks.set(device, lock);
  }
}
