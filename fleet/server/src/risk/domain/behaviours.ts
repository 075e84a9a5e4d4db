import { type SeenEvent, textOf } from "./seen-event.js";

/** What people do that opens a way in: a layer over the assets, each at the device that it is seen at, or its ward. */
export const BEHAVIOURS = ["unlocked-screen", "failed-taps", "shared-login", "odd-hours"] as const;
export type BehaviourName = (typeof BEHAVIOURS)[number];

export interface Behaviour {
  readonly name: BehaviourName;
  /** Id of the asset at which it is seen. */
  readonly at: string;
}

/** Seen so often, where what was seen a week ago counts half. */
export interface SeenBehaviour extends Behaviour {
  readonly rate: number;
  readonly asOf: number;
}

const HALF_LIFE_MS = 7 * 86_400_000;
/** Below this it says nothing. */
const LEAST_RATE = 2;
export const MOST_KEPT = 20_000;
/** Not seen for so long, even the most frequent says nothing any more. */
export const FORGOTTEN_AFTER_MS = 20 * HALF_LIFE_MS;
/** Of a way in, by how often it is seen; a locked door left open now and then is still mostly shut. */
const MOST_EXPOSURE: Readonly<Record<BehaviourName, number>> = {
  "unlocked-screen": 0.25,
  "failed-taps": 0.05,
  "shared-login": 0.2,
  // What a tempted person comes to, by what it takes from there to their ward.
  "odd-hours": 0.003,
};
const HALF_OF_MOST = 20;

/** A screen that stood open with nobody there until something else than its person locked it. */
const LEFT_OPEN = new Set(["idle", "face-gone-and-phone-still", "time-up"]);

export function behavioursIn({ source, kind, body }: SeenEvent): Behaviour[] {
  const reason = textOf(body["reason"]);
  const device = `device:${source}`;
  switch (kind) {
    case "session.locked":
      return reason !== null && LEFT_OPEN.has(reason) ? [{ name: "unlocked-screen", at: device }] : [];
    case "tap.refused":
      return [{ name: "failed-taps", at: device }];
    // The fleet saw one person's way in at two kiosks; the nudges call it so.
    case "behaviour.inferred": {
      const kiosk = textOf(body["kiosk"]);
      return kiosk === null || body["behaviour"] !== "shared-badge"
        ? []
        : [{ name: "shared-login", at: `device:${kiosk}` }];
    }
    default:
      return [];
  }
}

/** Grows with how often it is seen, towards its most. */
export const exposureOf = ({ name, rate }: Pick<SeenBehaviour, "name" | "rate">): number =>
  rate < LEAST_RATE ? 0 : MOST_EXPOSURE[name] * (1 - 2 ** (-rate / HALF_OF_MOST));

/** How often each was seen, older less. Of more than can be kept, those that were not seen for longest go. */
export class Behaviours {
  /** By when they were seen last, the oldest first. */
  readonly #seen = new Map<string, SeenBehaviour>();
  readonly #touched = new Set<string>();

  constructor(kept: Iterable<SeenBehaviour> = []) {
    const newest = [...kept].sort((a, b) => a.asOf - b.asOf).slice(-MOST_KEPT);
    for (const each of newest) this.#seen.set(keyOf(each), each);
  }

  see(behaviour: Behaviour, at: number): void {
    const key = keyOf(behaviour);
    const known = this.#seen.get(key);
    const [oldest] = this.#seen.keys();
    if (known === undefined && this.#seen.size >= MOST_KEPT && oldest !== undefined) {
      this.#seen.delete(oldest);
      this.#touched.delete(oldest);
    }
    const asOf = Math.max(at, known?.asOf ?? at);
    // A late one counts as much as it would now if it had come in time.
    const rate = (known === undefined ? 0 : decayed(known, asOf)) + 2 ** (-(asOf - at) / HALF_LIFE_MS);
    this.#seen.delete(key);
    this.#seen.set(key, { ...behaviour, rate, asOf });
    this.#touched.add(key);
  }

  /** As of `now`, those that say something. */
  now(now: number): readonly SeenBehaviour[] {
    return [...this.#seen.values()]
      .map((each) => ({ ...each, rate: decayed(each, now), asOf: Math.max(now, each.asOf) }))
      .filter(({ rate }) => rate >= LEAST_RATE);
  }

  /** What changed since the last time, to be kept. */
  takeTouched(): readonly SeenBehaviour[] {
    const touched = [...this.#touched].flatMap((key) => this.#seen.get(key) ?? []);
    this.#touched.clear();
    return touched;
  }
}

const decayed = ({ rate, asOf }: SeenBehaviour, now: number): number =>
  rate * 2 ** (-Math.max(0, now - asOf) / HALF_LIFE_MS);

const keyOf = ({ name, at }: Behaviour): string => `${name} ${at}`;
