import { availableParallelism } from "node:os";
import process from "node:process";
import { parseArgs } from "node:util";
import { type Habits, WALK_KINDS, WALK_SPLITS, type WalkKind, type WalkSplit } from "@wardkey/virtual-radio/walks";
import { type Campaign, ratioOf, runCampaign } from "./presence/campaign.js";
import type { PeerName } from "./presence/peers.js";
import type { Figures } from "./presence/tally.js";

/** Turned away with both hands off for 6 to 20 s, once in half an hour: locked by design after about nine seconds. */
const TURNED_AWAY: Partial<Habits> = { turnedEachMs: 30 * 60_000 };

/** From crossing three metres for good to the lock, milliseconds; a departure that was never locked counts with what was left. */
const LOCK_P95_MS = 5_000;
const LOCK_MAX_MS = 10_000;
const FALSE_LOCKS_A_SHIFT = 1;

const PRESENCE_GOALS = ["lock-p95", "lock-max", "false-locks", "wrong-unlocks"] as const;
type PresenceGoal = (typeof PRESENCE_GOALS)[number];

/** What presence was to hold and did not. Where nobody left, or nothing was open, no goal was reached. */
export function missedGoals(
  measured: Pick<Figures, "lockMs" | "departures" | "falseLocksPerShift" | "openHours" | "wrongUnlocks" | "unlocks">,
): readonly PresenceGoal[] {
  const { lockMs, departures, falseLocksPerShift, openHours, wrongUnlocks, unlocks } = measured;
  const held: Record<PresenceGoal, boolean> = {
    "lock-p95": departures > 0 && lockMs.p95 <= LOCK_P95_MS,
    "lock-max": departures > 0 && lockMs.max <= LOCK_MAX_MS,
    "false-locks": openHours > 0 && falseLocksPerShift <= FALSE_LOCKS_A_SHIFT,
    "wrong-unlocks": unlocks > 0 && wrongUnlocks === 0,
  };
  return PRESENCE_GOALS.filter((goal) => !held[goal]);
}

export interface PresenceBench extends Figures {
  /** Simulated: no real radio, ward or person took part. */
  readonly simulated: true;
  readonly walks: number;
  readonly split: Campaign["split"];
  readonly seeds: Campaign["seeds"];
  readonly habits: Habits;
  readonly byKind: Readonly<Record<WalkKind, Figures>>;
  /** The same walks under the rules of others: see `presence/peers.ts` for how each was read. */
  readonly peers: Readonly<Record<PeerName, Figures & { readonly ratio: ReturnType<typeof ratioOf> }>>;
  /** Other walks, in which people also turn away for long. */
  readonly turnedAway: { readonly walks: number; readonly habits: Habits } & Pick<
    Figures,
    "falseLocks" | "falseLocksPerShift" | "veilsPerShift" | "openHours"
  >;
  /** Of walks that may be looked at: none of the final ones. */
  readonly worst: Campaign["worst"];
  /** Goals that were missed; the exit code is 0 only when there are none. */
  readonly missed: readonly PresenceGoal[];
}

export interface PresenceBenchOptions {
  readonly walks?: number;
  readonly split?: Campaign["split"];
  /** Beside this one; 0, unless told. The figures do not depend on it. */
  readonly threads?: number;
  /** So many more walks are done. */
  readonly progress?: (walks: number) => void;
}

/**
 * Plays simulated walks, in compressed time, to Wardkey's own presence and session and to the rules of others in the same
 * run. What is measured is what a person meets: from an unlock by face and phone until the lock.
 */
export async function runPresenceBench(options: PresenceBenchOptions = {}): Promise<PresenceBench> {
  const { walks = 10_000, split = "final", threads = 0, progress } = options;
  const told = progress === undefined ? {} : { progress };
  const main = await runCampaign({ split, walks, threads, ...told });
  const turned = await runCampaign({
    split,
    threads,
    walks: Math.max(WALK_KINDS.length, Math.round(walks / 10)),
    habits: TURNED_AWAY,
    rules: ["wardkey"],
  });
  const { wardkey, ...peers } = main.rules;
  const beside = (figures: Figures) => ({ ...figures, ratio: ratioOf(wardkey, figures) });
  const { falseLocks, falseLocksPerShift, veilsPerShift, openHours } = turned.rules.wardkey;
  return {
    simulated: true,
    ...wardkey,
    walks: main.walks,
    split,
    seeds: main.seeds,
    habits: main.habits,
    byKind: main.byKind,
    peers: {
      bleUnlock: beside(peers.bleUnlock),
      dynamicLock: beside(peers.dynamicLock),
      fixedThreshold: beside(peers.fixedThreshold),
    },
    turnedAway: {
      walks: turned.walks,
      habits: turned.habits,
      falseLocks,
      falseLocksPerShift,
      veilsPerShift,
      openHours,
    },
    // A walk whose fault is read is one that was looked at.
    worst: split === "final" ? [] : main.worst,
    missed: missedGoals(wardkey),
  };
}

/**
 * `npm run bench -- presence [--json] [--walks N] [--split tuning|held-back|final] [--threads N]`: progress on stderr, the result
 * on stdout. Figures are of the final walks, which nobody looks at one by one. Ends with 1 when a goal was missed.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      json: { type: "boolean", default: false },
      walks: { type: "string", default: "10000" },
      split: { type: "string", default: "final" },
      threads: { type: "string", default: String(availableParallelism()) },
    },
  });
  const walks = Number(values.walks);
  if (!Number.isInteger(walks) || walks < 1) throw new RangeError("--walks takes a whole number from 1");
  const threads = Number(values.threads);
  if (!Number.isInteger(threads) || threads < 0 || threads > 64) throw new RangeError("--threads takes 0 to 64");
  const split = WALK_SPLITS.find((each): each is WalkSplit => each === values.split);
  if (split === undefined) throw new RangeError(`--split is one of ${WALK_SPLITS.join(", ")}`);
  process.stderr.write(
    `presence: ${walks} simulated walks (${split}), beside BLEUnlock, Dynamic Lock and a fixed threshold\n`,
  );
  let done = 0;
  const progress = (more: number): void => {
    const thousands = Math.floor(done / 1_000);
    done += more;
    if (Math.floor(done / 1_000) > thousands) process.stderr.write(`presence: ${done} walks\n`);
  };
  const result = await runPresenceBench({ walks, split, threads, progress });
  process.stdout.write(`${JSON.stringify(result, null, values.json ? 0 : 2)}\n`);
  return result.missed.length === 0 ? 0 : 1;
}
