import { bucketOf, type Counts, NO_COUNTS, sumOf } from "./measures.js";

/** What this reads of a kiosk's journal entry. */
export interface WatchedEvent {
  /** Its place in the journal: an entry that was delivered twice counts once. */
  readonly seq: number;
  readonly kind: string;
  readonly at: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Who comes back to the same kiosk this soon after it locked had not left. */
const BACK_WITHIN_MS = 30_000;
/** A lock by hand, by an order, at the start or because a colleague came in is nobody's mistake. */
const MEANT = new Set([
  "lock-now",
  "started",
  "kiosk-cut-off",
  "person-cut-off",
  "lease-expired",
  "time-up",
  "handed-over",
]);
const MOST_DEVICES = 20_000;
/** Of one kiosk in one stage: one that floods its journal must not decide for all. */
const MOST_PER_KIOSK = 300;

interface Kiosk {
  readonly seq: number;
  readonly lastLock: { readonly staffId: string; readonly at: number } | null;
  readonly stage: number;
  readonly counted: number;
}
const UNSEEN: Kiosk = { seq: 0, lastLock: null, stage: 0, counted: 0 };

/**
 * Counts what happens at kiosks. A false lock is a lock after which the same person unlocks the same kiosk within 30
 * seconds. Forgotten at a restart is the last lock of each kiosk: at most one false lock a kiosk is missed then.
 */
export class KioskWatch {
  readonly #kiosks = new Map<string, Kiosk>();

  count(device: string, events: readonly WatchedEvent[], stage: number): Counts {
    const known = this.#kiosks.get(device) ?? UNSEEN;
    let kiosk = known.stage === stage ? known : { ...known, stage, counted: 0 };
    let sum = NO_COUNTS;
    for (const event of events) {
      if (event.seq <= kiosk.seq) continue;
      const { counts, lastLock } = readEvent(event, kiosk.lastLock);
      const fits = kiosk.counted < MOST_PER_KIOSK;
      if (fits && counts !== NO_COUNTS) sum = sumOf(sum, counts);
      const counted = kiosk.counted + counts.locks + counts.taps;
      kiosk = { ...kiosk, seq: event.seq, lastLock, counted };
    }
    this.#remember(device, kiosk);
    return sum;
  }

  #remember(device: string, kiosk: Kiosk): void {
    const [oldest] = this.#kiosks.keys();
    if (!this.#kiosks.has(device) && this.#kiosks.size >= MOST_DEVICES && oldest !== undefined) {
      this.#kiosks.delete(oldest);
    }
    this.#kiosks.set(device, kiosk);
  }
}

function readEvent(
  { kind, at, body }: WatchedEvent,
  lastLock: Kiosk["lastLock"],
): { readonly counts: Counts; readonly lastLock: Kiosk["lastLock"] } {
  switch (kind) {
    case "session.locked": {
      const { reason, staffId } = body;
      const meant = typeof reason !== "string" || typeof staffId !== "string" || MEANT.has(reason);
      return meant
        ? { counts: NO_COUNTS, lastLock: null }
        : { counts: { ...NO_COUNTS, locks: 1 }, lastLock: { staffId, at } };
    }
    case "session.unlocked": {
      const back = lastLock !== null && lastLock.staffId === body["staffId"] && at - lastLock.at <= BACK_WITHIN_MS;
      const { ms } = body;
      const tapTimes = NO_COUNTS.tapTimes.map((none, bucket) =>
        typeof ms === "number" && bucket === bucketOf(ms) ? 1 : none,
      );
      return { counts: { ...NO_COUNTS, taps: 1, falseLocks: back ? 1 : 0, tapTimes }, lastLock: null };
    }
    case "tap.refused":
      return { counts: { ...NO_COUNTS, taps: 1, refused: 1 }, lastLock };
    default:
      return { counts: NO_COUNTS, lastLock };
  }
}
