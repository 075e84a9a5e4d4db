import { type Habits, planWalk, type WalkKind } from "@wardkey/virtual-radio/walks";
import type { Findings } from "./judge.js";
import { type RuleName, replayWalk } from "./replay.js";

/** Some walks to play, wherever. */
export interface Shard {
  readonly seeds: readonly number[];
  readonly habits: Partial<Habits>;
  readonly rules: readonly RuleName[];
}

/** What one rule did in one walk at one kiosk. */
export interface Played {
  readonly seed: number;
  readonly kind: WalkKind;
  readonly rule: RuleName;
  readonly findings: Findings;
}

export function playShard({ seeds, habits, rules }: Shard): readonly Played[] {
  return seeds.flatMap((seed) => {
    const plan = planWalk(seed, { habits });
    return replayWalk(plan, rules).map(({ rule, findings }) => ({ seed, kind: plan.kind, rule, findings }));
  });
}
