import { availableParallelism } from "node:os";
import process from "node:process";
import { parseArgs } from "node:util";
import { type Habits, WALK_KINDS, type WalkKind } from "@wardkey/virtual-radio/walks";
import { type Campaign, ratioOf, runCampaign } from "./presence/campaign.js";
import type { PeerName } from "./presence/peers.js";
import type { Figures } from "./presence/tally.js";

/** Turned away with both hands off for 6 to 20 s, once in half an hour: locked by design after about nine seconds. */
const TURNED_AWAY: Partial<Habits> = { turnedEachMs: 30 * 60_000 };

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
    "falseLocks" | "falseLocksPerShift" | "openHours"
  >;
  readonly worst: Campaign["worst"];
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
  const { walks = 10_000, split = "held-back", threads = 0, progress } = options;
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
  const { falseLocks, falseLocksPerShift, openHours } = turned.rules.wardkey;
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
    turnedAway: { walks: turned.walks, habits: turned.habits, falseLocks, falseLocksPerShift, openHours },
    worst: main.worst,
  };
}

/** `npm run bench -- presence [--json] [--walks N] [--split tuning|held-back] [--threads N]`: progress on stderr, the result on stdout. */
export async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      json: { type: "boolean", default: false },
      walks: { type: "string", default: "10000" },
      split: { type: "string", default: "held-back" },
      threads: { type: "string", default: String(availableParallelism()) },
    },
  });
  const walks = Number(values.walks);
  if (!Number.isInteger(walks) || walks < 1) throw new RangeError("--walks takes a whole number from 1");
  const threads = Number(values.threads);
  if (!Number.isInteger(threads) || threads < 0 || threads > 64) throw new RangeError("--threads takes 0 to 64");
  const { split } = values;
  if (split !== "tuning" && split !== "held-back") throw new RangeError("--split is tuning or held-back");
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
  return 0;
}
