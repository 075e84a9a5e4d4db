import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { faultsAfter, killedAgent, liveUntil, soakedAgent } from "@wardkey/agent/testing/crash";
import { z } from "zod";
import { percentile } from "./percentile.js";
import { drawn } from "./presence/drawn.js";

/** How much more a process may hold in the end than after its second day, when everything has been used once. */
const MOST_GROWTH = 0.1;
/** Lives that are measured, so that moments are drawn within one; and how many moments more are drawn at most for those that came late. */
const MEASURED_LIVES = 5;
const DRAWN_AT_MOST = 3;

const Day = z.object({
  day: z.number(),
  heapUsed: z.number(),
  external: z.number(),
  rss: z.number(),
  files: z.number(),
  handles: z.number(),
  entries: z.number(),
});
type Day = z.infer<typeof Day>;

export interface CrashBench {
  /** Points before and after each write and each turn of the lock, the space set aside included; killed at every one. */
  readonly points: number;
  readonly moments: number;
  /** Draws the moments: the same seed meets the same ones. */
  readonly seed: number;
  /** Moments at which the agent had not yet come to its end. */
  readonly momentsKilled: number;
  readonly leftUnlocked: number;
  readonly eventsLost: number;
  readonly eventsDoubled: number;
  readonly otherFaults: readonly string[];
  readonly week: {
    readonly days: number;
    readonly entries: number;
    readonly heapBytes: { readonly secondDay: number; readonly end: number };
    /** Outside of the heap: buffers, as SQLite's answers are. */
    readonly externalBytes: { readonly secondDay: number; readonly end: number };
    /** The whole process, as the system sees it, native memory included. */
    readonly rssBytes: { readonly secondDay: number; readonly end: number };
    readonly files: { readonly secondDay: number; readonly end: number };
    readonly handles: { readonly secondDay: number; readonly end: number };
    readonly flat: boolean;
  };
}

/**
 * `npm run bench -- crash [--json] [--moments N] [--seed N] [--days N] [--sessions N]`: a session over a real journal, as the agent
 * runs it, is ended with SIGKILL at every enumerated point and at N moments drawn at random from the seed; the next start says what was
 * left. What this proves: a session that was let in is in the journal before its lock turns, and the next run closes it there; no
 * event is lost or doubled. What it cannot see: a desktop or a device. Its lock is a recorded one, and no whole agent is killed: that a
 * start locks what it finds open is for `edge/agent/src/starting.test.ts`. Then days at a kiosk in compressed time: session,
 * journal, outbox and presence, without screen, camera or radio. Phone, face, fleet and the week's clock are simulated; journal,
 * disk and kills are not.
 */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: "boolean", default: false },
      moments: { type: "string", default: "1000" },
      seed: { type: "string", default: "1" },
      days: { type: "string", default: "7" },
      sessions: { type: "string", default: "60" },
    },
  });
  const numbers = [values.moments, values.seed, values.days, values.sessions].map(Number);
  if (!numbers.every((each) => Number.isInteger(each) && each >= 0)) {
    throw new RangeError("--moments, --seed, --days and --sessions take whole numbers");
  }
  const [moments = 0, seed = 0, days = 0, sessions = 0] = numbers;
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const folder = await mkdtemp(join(tmpdir(), "wardkey-crash-"));
  try {
    const result = await benchCrash({ folder, moments, seed, days, sessions, say });
    process.stdout.write(`${JSON.stringify(result, null, values.json ? 0 : 2)}\n`);
    const faults = result.leftUnlocked + result.eventsLost + result.eventsDoubled + result.otherFaults.length;
    const whole = result.momentsKilled === result.moments;
    if (!whole)
      say(`only ${result.momentsKilled} of ${result.moments} moments hit a living agent: say so, or run it quieter`);
    return faults === 0 && result.week.flat && whole ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function benchCrash(input: {
  folder: string;
  moments: number;
  seed: number;
  days: number;
  sessions: number;
  say: (line: string) => void;
}): Promise<CrashBench> {
  const { folder, moments, seed, days, sessions, say } = input;
  const faults: string[] = [];
  let momentsKilled = 0;
  const trial = async (
    name: string,
    end: Parameters<typeof liveUntil>[2],
  ): Promise<{ effects: string[]; ms: number }> => {
    const own = await mkdtemp(join(folder, "trial-"));
    const file = join(own, "journal.sqlite");
    const lived = await liveUntil(killedAgent, file, end);
    if ("ms" in end && lived.killed) momentsKilled++;
    const found = await faultsAfter(file, lived);
    faults.push(...found);
    if (found.length > 0) say(`${name}: ${found.join(", ")}`);
    await rm(own, { recursive: true, force: true });
    return { effects: [...lived.effects], ms: lived.livedMs };
  };
  const lives: number[] = [];
  let points = 0;
  for (let life = 0; life < MEASURED_LIVES; life++) {
    const { effects, ms } = await trial("nobody kills it", { point: 0 });
    points = Number(effects.at(-1)?.split(" ")[1] ?? 0);
    lives.push(ms);
  }
  const within = percentile(lives, 50);
  await inTwos(points, (index) => trial(`point ${index + 1}`, { point: index + 1 }));
  say(`${points} points`);
  // Drawn, not spread evenly: steps of one length could keep missing what lasts for less and comes at their rhythm.
  let drawings = 0;
  while (momentsKilled < moments && drawings < moments * DRAWN_AT_MOST) {
    const first = drawings;
    const batch = Math.min(moments - momentsKilled, moments * DRAWN_AT_MOST - first);
    drawings += batch;
    await inTwos(batch, (index) => {
      // A timer takes whole milliseconds.
      const ms = Math.floor(drawn(seed, first + index) * within);
      return trial(`moment ${first + index} of seed ${seed}, ${ms} ms`, { ms });
    });
    say(`${momentsKilled} moments of ${drawings} from seed ${seed}, within ${Math.round(within)} ms`);
  }
  const week = await soak(join(folder, "week.sqlite"), { days, sessions });
  const count = (fault: string): number => faults.filter((each) => each === fault).length;
  return {
    points,
    moments,
    seed,
    momentsKilled,
    leftUnlocked: count("left-unlocked"),
    eventsLost: count("event-lost"),
    eventsDoubled: count("event-doubled"),
    otherFaults: faults.filter((each) => !["left-unlocked", "event-lost", "event-doubled"].includes(each)),
    week,
  };
}

async function inTwos(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  for (let first = 0; first < count; first += 2) {
    await Promise.all([first, first + 1].filter((index) => index < count).map(work));
  }
}

async function soak(file: string, { days, sessions }: { days: number; sessions: number }): Promise<CrashBench["week"]> {
  const child = spawn(process.execPath, ["--expose-gc", soakedAgent, file, String(days), String(sessions)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`the week ended with ${code}`);
  const told: Day[] = said
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => Day.parse(JSON.parse(line)));
  const secondDay = told[Math.min(1, told.length - 1)];
  const end = told.at(-1);
  if (secondDay === undefined || end === undefined) throw new Error("the week said nothing");
  const grew = (what: "heapUsed" | "external" | "rss"): boolean => end[what] > secondDay[what] * (1 + MOST_GROWTH);
  const flat =
    !grew("heapUsed") &&
    !grew("external") &&
    !grew("rss") &&
    end.files <= secondDay.files &&
    end.handles <= secondDay.handles;
  return {
    days: end.day,
    entries: end.entries,
    heapBytes: { secondDay: secondDay.heapUsed, end: end.heapUsed },
    externalBytes: { secondDay: secondDay.external, end: end.external },
    rssBytes: { secondDay: secondDay.rss, end: end.rss },
    files: { secondDay: secondDay.files, end: end.files },
    handles: { secondDay: secondDay.handles, end: end.handles },
    flat,
  };
}
