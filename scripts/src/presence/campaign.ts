import {
  type Habits,
  USUAL_HABITS,
  WALK_KINDS,
  type WalkKind,
  type WalkSplit,
  walkSeeds,
} from "@wardkey/virtual-radio/walks";
import { round } from "../frame-bench/spread.js";
import { RULES, type RuleName } from "./replay.js";
import type { Played } from "./shard.js";
import { type Figures, Tally } from "./tally.js";
import { playAll } from "./workers.js";

export interface CampaignOptions {
  readonly split: WalkSplit;
  readonly walks: number;
  readonly habits?: Partial<Habits>;
  /** All of them, unless told. */
  readonly rules?: readonly RuleName[];
  /** Threads beside this one; 0, unless told. */
  readonly threads?: number;
  /** So many more walks are done. */
  readonly progress?: (walks: number) => void;
}

/** A walk in which Wardkey did what it must not, so that it can be played again. */
export interface Worst {
  readonly seed: number;
  readonly kind: WalkKind;
  readonly what: string;
}

export interface Campaign {
  readonly walks: number;
  readonly split: CampaignOptions["split"];
  readonly seeds: { readonly first: number; readonly last: number };
  readonly habits: Habits;
  readonly rules: Readonly<Record<RuleName, Figures>>;
  /** Wardkey's own, by kind of walk. */
  readonly byKind: Readonly<Record<WalkKind, Figures>>;
  readonly worst: readonly Worst[];
}

const WORST_KEPT = 40;
const SLOW_MS = 10_000;

/** Plays so many walks of one split to every rule. */
export async function runCampaign(options: CampaignOptions): Promise<Campaign> {
  const { split, walks, habits = {}, rules = RULES, threads = 0, progress } = options;
  const seeds = walkSeeds(split, walks);
  const tallies = tallied(RULES);
  const kinds = tallied(WALK_KINDS);
  const worst: Worst[] = [];
  for await (const played of playAll({ seeds, habits, rules }, threads)) {
    for (const each of played) {
      tallies[each.rule].add(each.findings);
      if (each.rule !== "wardkey") continue;
      kinds[each.kind].add(each.findings);
      worst.push(...wrongIn(each).slice(0, WORST_KEPT - worst.length));
    }
    progress?.(new Set(played.map(({ seed }) => seed)).size);
  }
  return {
    walks,
    split,
    seeds: { first: seeds[0] ?? 0, last: seeds.at(-1) ?? 0 },
    habits: { ...USUAL_HABITS, ...habits },
    rules: figuresOf(tallies),
    byKind: figuresOf(kinds),
    worst,
  };
}

function wrongIn({ seed, kind, findings }: Played): readonly Worst[] {
  const { wrongUnlocks, falseLocks, lockMs, missedUnlocks } = findings;
  const what = [
    ...wrongUnlocks.map(({ at }) => `wrong unlock at ${Math.round(at)}`),
    ...falseLocks.map(({ at, why }) => `false lock at ${Math.round(at)}: ${why}`),
    ...lockMs.filter((ms) => ms > SLOW_MS).map((ms) => `locked after ${Math.round(ms)}`),
    ...(missedUnlocks > 0 ? ["did not open"] : []),
  ];
  return what.map((each) => ({ seed, kind, what: each }));
}

const tallied = <Name extends string>(names: readonly Name[]): Record<Name, Tally> =>
  Object.fromEntries(names.map((name) => [name, new Tally()])) as Record<Name, Tally>;

const figuresOf = <Name extends string>(tallies: Record<Name, Tally>): Record<Name, Figures> =>
  Object.fromEntries(Object.entries<Tally>(tallies).map(([name, tally]) => [name, tally.figures()])) as Record<
    Name,
    Figures
  >;

/** Ours over theirs; `null` where theirs is nothing. */
export function ratioOf(
  ours: Figures,
  theirs: Figures,
): Readonly<Record<"lockMsP95" | "falseLocksPerShift", number | null>> {
  const over = (one: number, other: number): number | null => (other === 0 ? null : round(one / other));
  return {
    lockMsP95: over(ours.lockMs.p95, theirs.lockMs.p95),
    falseLocksPerShift: over(ours.falseLocksPerShift, theirs.falseLocksPerShift),
  };
}
