import { FEWEST_PEOPLE } from "@wardkey/protocol/fleet";
import { BEHAVIOURS, type Behaviour, TEMPLATES } from "@wardkey/protocol/nudge";
import { dayAfter, HOUR_MS, hourOf } from "./counting.js";
import type { NudgeStore } from "./ports.js";

/** A day with fewer sessions over all wards that are shown is left out. */
const FEWEST_SESSIONS = 10;
/** Of one ward alone no day is told: nobody knows whether two people or ten worked there on it. */
const FEWEST_WARDS = 2;

export type BehaviourCounts = Readonly<Record<Behaviour, number>>;

/** `figures: null`: fewer than ten people work there, and nobody is told what they do. */
export interface WardRow {
  readonly ward: string;
  readonly figures: {
    readonly people: number;
    readonly sessions: number;
    readonly behaviours: BehaviourCounts;
    readonly sent: number;
    readonly shown: number;
    readonly dismissed: number;
  } | null;
}

export interface NudgeSummary {
  readonly from: number;
  readonly to: number;
  readonly fewestPeople: number;
  readonly wards: readonly WardRow[];
  /**
   * Over the wards that are shown: with the others in it, what is hidden could be subtracted out. None where fewer than
   * two are shown.
   */
  readonly days: readonly { readonly day: number; readonly sessions: number; readonly behaviours: BehaviourCounts }[];
  readonly templates: readonly {
    readonly template: string;
    readonly sent: number;
    readonly shown: number;
    readonly dismissed: number;
  }[];
  readonly withheld: readonly { readonly reason: string; readonly count: number }[];
  readonly lessons: readonly {
    readonly lesson: string;
    readonly opened: number;
    readonly passed: number;
    readonly putOff: number;
  }[];
}

/** How people work, by ward and by nothing smaller. */
export async function summarise(
  store: NudgeStore,
  { now, days, lessons }: { now: number; days: number; lessons: readonly string[] },
): Promise<NudgeSummary> {
  const from = now - days * 24 * HOUR_MS;
  const [first, end] = [hourOf(from), hourOf(now) + 1];
  // Of who worked there in that very time: a ward of forty may have had three people in a quiet week.
  const people = await store.members(dayAfter(from));
  const byWard = new Map<string, Map<string, number>>();
  for (const { ward, what, count } of await store.sums(first, end)) {
    const counts = byWard.get(ward) ?? new Map<string, number>();
    counts.set(what, (counts.get(what) ?? 0) + count);
    byWard.set(ward, counts);
  }
  const isShown = (ward: string): boolean => (people.get(ward) ?? 0) >= FEWEST_PEOPLE;
  const shown = [...byWard.keys()].filter(isShown);
  const total = (what: string): number => shown.reduce((sum, ward) => sum + (byWard.get(ward)?.get(what) ?? 0), 0);
  const reasons = new Set(
    shown.flatMap((ward) => [...(byWard.get(ward)?.keys() ?? [])].filter((what) => what.startsWith("withheld:"))),
  );
  const perDay = new Map<number, Map<string, number>>();
  const byDay = shown.length < FEWEST_WARDS ? [] : await store.days(first, end, shown);
  for (const { day, what, count } of byDay) {
    const counts = perDay.get(day) ?? new Map<string, number>();
    perDay.set(day, counts.set(what, count));
  }
  return {
    ...{ from, to: now, fewestPeople: FEWEST_PEOPLE },
    wards: [...byWard.keys()].sort().map((ward) => ({
      ward,
      figures: isShown(ward) ? figuresOf(byWard.get(ward) ?? new Map(), people.get(ward) ?? 0) : null,
    })),
    days: [...perDay]
      .map(([day, counts]) => ({ day, sessions: counts.get("sessions") ?? 0, behaviours: behavioursOf(counts) }))
      .filter(({ sessions }) => sessions >= FEWEST_SESSIONS),
    templates: TEMPLATES.map(({ id }) => ({
      template: id,
      ...{ sent: total(`sent:${id}`), shown: total(`shown:${id}`), dismissed: total(`dismissed:${id}`) },
    })),
    withheld: [...reasons].sort().map((what) => ({ reason: what.slice("withheld:".length), count: total(what) })),
    lessons: lessons.map((lesson) => ({
      lesson,
      opened: total(`lesson.opened:${lesson}`),
      passed: total(`lesson.passed:${lesson}`),
      putOff: total(`lesson.put-off:${lesson}`),
    })),
  };
}

function figuresOf(counts: ReadonlyMap<string, number>, people: number): NonNullable<WardRow["figures"]> {
  const all = (kind: string): number =>
    [...counts].reduce((sum, [what, count]) => (what.startsWith(kind) ? sum + count : sum), 0);
  return {
    people,
    sessions: counts.get("sessions") ?? 0,
    behaviours: behavioursOf(counts),
    ...{ sent: all("sent:"), shown: all("shown:"), dismissed: all("dismissed:") },
  };
}

const behavioursOf = (counts: ReadonlyMap<string, number>): BehaviourCounts => {
  const of = (behaviour: Behaviour): number => counts.get(`behaviour:${behaviour}`) ?? 0;
  const [left, veil, badge, glass] = BEHAVIOURS;
  return { [left]: of(left), [veil]: of(veil), [badge]: of(badge), [glass]: of(glass) } as Record<Behaviour, number>;
};
