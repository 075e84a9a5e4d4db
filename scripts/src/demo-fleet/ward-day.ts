import type { Draws } from "./draws.js";
import { journaledIn } from "./incidents.js";
import { perhapsWithLesson } from "./lessons.js";
import { type Entry, visitOf } from "./visits.js";

/** How long a kiosk waits for the next person, and how much longer at night. */
const GAP_MS = 900_000;
const NIGHT = { from: 22, to: 6, times: 3 } as const;
const HOUR_MS = 3_600_000;

export interface Visit {
  readonly kiosk: string;
  readonly at: number;
  readonly entries: readonly Entry[];
}

/**
 * The visits of a ward in the order of their beginning, without end: nobody is at two kiosks at once, and no kiosk has
 * two people. The first one who comes from `emergencyAt` on breaks the glass.
 */
export function* visitsOf(
  draws: Draws,
  ward: {
    kiosks: readonly string[];
    people: readonly string[];
    from: number;
    emergencyAt?: number | null;
    newId: () => string;
  },
): Generator<Visit> {
  const { people, newId } = ward;
  const nextAt = new Map(ward.kiosks.map((kiosk) => [kiosk, ward.from + draws.whole(0, GAP_MS)]));
  const busyUntil = new Map<string, number>();
  let emergencyAt = ward.emergencyAt ?? Number.POSITIVE_INFINITY;
  for (;;) {
    const [kiosk, at] = earliest(nextAt);
    const free = people.filter((person) => (busyUntil.get(person) ?? 0) < at);
    if (free.length === 0) {
      nextAt.set(kiosk, at + gapOf(draws, at));
      continue;
    }
    const person = draws.pick(free);
    const about = { person, at: Math.round(at), newId };
    const isEmergency = at >= emergencyAt;
    if (isEmergency) emergencyAt = Number.POSITIVE_INFINITY;
    const entries = isEmergency
      ? journaledIn("break-glass", draws, about).here
      : perhapsWithLesson(draws, visitOf(draws, about));
    const end = entries.at(-1)?.at ?? at;
    busyUntil.set(person, end + 5_000);
    nextAt.set(kiosk, end + gapOf(draws, end));
    yield { kiosk, at, entries };
  }
}

function gapOf(draws: Draws, at: number): number {
  const hour = Math.floor(at / HOUR_MS) % 24;
  const isNight = hour >= NIGHT.from || hour < NIGHT.to;
  return draws.lognormal(GAP_MS, 0.8) * (isNight ? NIGHT.times : 1);
}

function earliest(nextAt: ReadonlyMap<string, number>): readonly [string, number] {
  let [first] = nextAt;
  for (const each of nextAt) if (first === undefined || each[1] < first[1]) first = each;
  if (first === undefined) throw new RangeError("a ward without kiosks");
  return first;
}
