import { parseArgs } from "node:util";
import { type TimedEmergencies, timeEmergencies, timeGuesses } from "@wardkey/agent/testing/emergency";
import { percentile } from "./percentile.js";

/** From the touch to the open screen, however it was: what the machine may take of an emergency, ms. */
const SLOWEST_MS = 10_000;

interface Times {
  readonly p50: number;
  readonly max: number;
}

export interface DowntimeBench {
  readonly simulated: true;
  /** How often the glass was broken each way. */
  readonly times: number;
  /** From the touch that ends what a person types or says, to the page being told that it is open. */
  readonly openMs: { readonly card: Times; readonly twoBadges: Times };
  /** Emergencies that the journal has in the end. */
  readonly recorded: number;
  /**
   * One guess at one stolen hash, in processor time: an emergency code (scrypt, 64 MiB, two lanes), and a remembered PIN (scrypt,
   * 128 MiB).
   */
  readonly guessMs: { readonly emergencyCode: Times; readonly rememberedPin: Times };
  readonly missed: readonly DowntimeGoal[];
}

/**
 * `npm run bench -- downtime [--json] [--times N]`: emergency access at a whole agent whose fleet has gone away, by card and by
 * two badges, and what one guess at what it keeps costs. How long a person takes to type sixteen letters, or to fetch a
 * colleague, is in none of it. Badges, reader and the fleet of before are simulated; agent, disk, socket and hashes are not.
 */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { json: { type: "boolean", default: false }, times: { type: "string", default: "10" } },
  });
  const times = Number(values.times);
  if (!Number.isInteger(times) || times < 1 || times > 1_000) {
    throw new RangeError("--times takes a whole number from 1 to 1000");
  }
  process.stderr.write(`downtime: breaking the glass ${times} times by card and ${times} times by two badges\n`);
  const result = await runDowntimeBench({ times });
  process.stdout.write(`${JSON.stringify(result, null, values.json ? 0 : 2)}\n`);
  return result.missed.length === 0 ? 0 : 1;
}

export async function runDowntimeBench({ times }: { times: number }): Promise<DowntimeBench> {
  const emergencies = await timeEmergencies({ times });
  const guesses = await timeGuesses({ times });
  return {
    simulated: true,
    times,
    openMs: { card: timesOf(emergencies.cardMs), twoBadges: timesOf(emergencies.twoBadgesMs) },
    recorded: emergencies.recorded,
    guessMs: { emergencyCode: timesOf(guesses.card), rememberedPin: timesOf(guesses.pin) },
    missed: missedGoals(emergencies),
  };
}

const DOWNTIME_GOALS = ["card-within-10-s", "two-badges-within-10-s", "every-one-recorded"] as const;
type DowntimeGoal = (typeof DOWNTIME_GOALS)[number];

/** The slowest of them decides, not the median. */
export function missedGoals({ cardMs, twoBadgesMs, recorded }: TimedEmergencies): readonly DowntimeGoal[] {
  const held: Record<DowntimeGoal, boolean> = {
    "card-within-10-s": cardMs.every((ms) => ms < SLOWEST_MS),
    "two-badges-within-10-s": twoBadgesMs.every((ms) => ms < SLOWEST_MS),
    "every-one-recorded": recorded === cardMs.length + twoBadgesMs.length,
  };
  return DOWNTIME_GOALS.filter((goal) => !held[goal]);
}

const timesOf = (values: readonly number[]): Times => ({ p50: percentile(values, 50), max: percentile(values, 100) });
