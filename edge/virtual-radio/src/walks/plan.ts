import { drawAir, drawOffset } from "./air.js";
import { Chance } from "./chance.js";
import { type Intent, SCRIPTS } from "./kinds.js";
import {
  type Habits,
  USUAL_HABITS,
  type Use,
  WALK_KINDS,
  type WalkKind,
  type WalkKiosk,
  type WalkPerson,
  type WalkPlan,
} from "./model.js";
import { Whereabouts } from "./whereabouts.js";

/** Locks are counted from here. */
export const LEAVE_METRES = 3;
/** Beyond the line for so long is gone; less is a step aside. */
export const FOR_GOOD_MS = 10_000;
// So that a rule which waits a minute for a lost signal is seen to lock too.
const AFTERWARDS_MS = 100_000;
const LOOK_MS = 50;
const TWO_KIOSKS: ReadonlySet<WalkKind> = new Set(["next-desk", "own-face-elsewhere"]);

export interface WalkOptions {
  readonly habits?: Partial<Habits>;
}

/** The walk of a seed. The same seed and habits give the same walk, whatever else is drawn. */
export function planWalk(seed: number, options: WalkOptions = {}): WalkPlan {
  const chance = new Chance(seed, "scene");
  const kind = WALK_KINDS[seed % WALK_KINDS.length] ?? "approach";
  const habits: Habits = { ...USUAL_HABITS, ...options.habits };
  const desk: WalkKiosk = { name: "desk", position: { x: 0, y: 0 }, offsetDb: drawOffset(chance, 2) };
  const side = chance.happens(0.5) ? 1 : -1;
  const beside: WalkKiosk = {
    name: "beside",
    position: { x: side * chance.between(1.3, 2.2), y: 0 },
    offsetDb: drawOffset(chance, 2),
  };
  const script = SCRIPTS[kind]({ seed, chance, habits, desk, beside });
  const people = script.people.map(({ name, itinerary }) => itinerary.person(name, drawOffset(chance, 4)));
  const ends = script.people.map(({ itinerary }) => itinerary.at);
  const durationMs = Math.max(...ends) + (script.intents.length === 0 ? 5_000 : AFTERWARDS_MS);
  const kiosks = TWO_KIOSKS.has(kind) ? [desk, beside] : [desk];
  const uses = script.intents.map((intent) => useOf(intent, script.intents, people, durationMs));
  return { seed, kind, durationMs, air: drawAir(seed), kiosks, people, uses: joined(uses) };
}

/**
 * Walks that may be tuned on; walks held back from that, of which some were looked at since (ADR 59); and walks that nobody
 * looks at, from which figures come.
 */
export const WALK_SPLITS = ["tuning", "held-back", "final"] as const;
export type WalkSplit = (typeof WALK_SPLITS)[number];

const FIRST_SEED: Readonly<Record<WalkSplit, number>> = { tuning: 1_000_000, "held-back": 2_000_000, final: 3_000_000 };

/** The seeds of a split begin far from those of another; no walk is in two. */
export function walkSeeds(split: WalkSplit, count: number): readonly number[] {
  const first = FIRST_SEED[split];
  return Array.from({ length: count }, (_, index) => first + index);
}

function useOf(
  intent: Intent,
  all: readonly Intent[],
  people: readonly WalkPerson[],
  durationMs: number,
): Use & { readonly gone: boolean } {
  const { person: name, kiosk, from, seatedAt, risesAt } = intent;
  const person = people.find((each) => each.name === name);
  const next = all.find((each) => each.person === name && each.kiosk.name === kiosk.name && each.from > from);
  const until = next?.seatedAt ?? durationMs;
  const crossing = person === undefined ? null : crossedAt(new Whereabouts(person), kiosk, risesAt, until);
  const back = next === undefined ? durationMs : (returnedAt(people, name, kiosk, crossing ?? until, until) ?? until);
  const gone = crossing !== null && back - crossing >= FOR_GOOD_MS;
  return { person: name, kiosk: kiosk.name, from, seatedAt, risesAt, leftAt: crossing ?? until, gone };
}

/** The last time that she crossed the line outwards before `until`; `null`: she stayed inside. */
function crossedAt(where: Whereabouts, kiosk: WalkKiosk, from: number, until: number): number | null {
  let crossed: number | null = null;
  let inside = true;
  for (let at = from; at <= until; at += LOOK_MS) {
    const now = where.distance(at, kiosk) <= LEAVE_METRES;
    if (inside && !now) crossed = at;
    inside = now;
  }
  return crossed;
}

function returnedAt(
  people: readonly WalkPerson[],
  name: string,
  kiosk: WalkKiosk,
  from: number,
  until: number,
): number | null {
  const person = people.find((each) => each.name === name);
  if (person === undefined) return null;
  const where = new Whereabouts(person);
  for (let at = from + LOOK_MS; at <= until; at += LOOK_MS) {
    if (where.distance(at, kiosk) <= LEAVE_METRES) return at;
  }
  return null;
}

/** A step aside is no leaving: what comes after it is the same use. */
function joined(uses: readonly (Use & { readonly gone: boolean })[]): readonly Use[] {
  const whole: Use[] = [];
  let open: (Use & { readonly gone: boolean }) | undefined;
  for (const use of uses) {
    const continues = open !== undefined && !open.gone && open.person === use.person && open.kiosk === use.kiosk;
    const current = continues && open !== undefined ? { ...use, from: open.from, seatedAt: open.seatedAt } : use;
    if (continues) whole.pop();
    const { gone: _, ...plain } = current;
    whole.push(plain);
    open = current;
  }
  return whole;
}
