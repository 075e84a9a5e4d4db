import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Hospital, startHospital } from "./hospital/hospital.js";
import { residentKiB } from "./hospital/memory.js";
import { type Screens, watchKiosk, watchPhone } from "./hospital/screens.js";
import { walk } from "./hospital/walk.js";
import { percentile } from "./percentile.js";
import { makeSceneVideos } from "./shift/scenes.js";
import { away, enrol, settled } from "./shift/steps.js";

const TAP_WITHIN_MS = 10_000;
const LOCK_WITHIN_MS = 20_000;
/** The most that a wallet may be allowed an hour: enough for 200 taps. */
const MOST_RELEASES = { perKiosk: 240, all: 240 };
const GONE_MS = 3_200;
const NEAR = 0.7;
const FAR = 12;
/** How long a person works before leaving again. */
const DWELL_MS = 2_500;

/**
 * `npm run bench -- tap [--json] [--taps N]`: a phone walks into a simulated room, stays a moment and walks out, 100 ms
 * advertising, cold GATT at each tap, the face already in view of a camera that ffmpeg plays from a file. Times count from
 * crossing 2 m to the unlock, and from crossing 3 m to the lock, on the clock of this process.
 */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { json: { type: "boolean", default: false }, taps: { type: "string", default: "200" } },
  });
  const taps = Number(values.taps);
  if (!Number.isInteger(taps) || taps < 1) throw new RangeError("--taps takes a whole number from 1");
  const result = await benchTaps(taps, (line) => void process.stderr.write(`${line}\n`));
  process.stdout.write(`${JSON.stringify(result, null, values.json ? 0 : 2)}\n`);
  return result.failures === 0 ? 0 : 1;
}

export interface TapBench {
  readonly taps: number;
  readonly failures: number;
  /** Taps let in before the phone crossed 2 m; they count with their negative time. */
  readonly early: number;
  readonly tapMs: { readonly p50: number; readonly p95: number };
  readonly lockMs: { readonly p50: number; readonly p95: number };
  /** Medians of the parts of a tap as the agent saw them, ms. */
  readonly steps: Readonly<Record<string, number>>;
  /** Resident memory of the agent, KiB, at a tenth of the taps and at the end. */
  readonly agentMemoryKiB: { readonly early: number; readonly end: number };
}

async function benchTaps(taps: number, say: (line: string) => void): Promise<TapBench> {
  const dir = await mkdtemp(join(tmpdir(), "wardkey-bench-"));
  const videos = await makeSceneVideos(["enrol", "tap"], dir, say);
  const hospital = await startHospital({
    dataDir: join(dir, "hospital"),
    ports: { kiosk: 0, phone: 0, site: 0, devices: 0, mqtt: 0 },
    profile: "demo",
    camera: { kind: "file", path: videos.enrol },
    seed: 1,
    releaseLimits: MOST_RELEASES,
    progress: say,
  });
  try {
    say("enrolling");
    const first: Screens = { kiosk: await watchKiosk(hospital), phone: await watchPhone(hospital) };
    const enrolled = await enrol(first, hospital);
    if (!enrolled.ok) throw new Error(`enrolment failed: ${JSON.stringify(first.kiosk.latest()?.enrolment)}`);
    await away(first);
    first.kiosk.close();
    await hospital.restartAgent({ camera: { kind: "file", path: videos.tap } });
    const screens: Screens = { kiosk: await watchKiosk(hospital), phone: first.phone };
    await settled(screens.kiosk);
    return await measure({ taps, hospital, screens, say });
  } finally {
    await hospital.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

async function measure(input: {
  taps: number;
  hospital: Hospital;
  screens: Screens;
  say: (line: string) => void;
}): Promise<TapBench> {
  const { taps, hospital, screens, say } = input;
  const tapMs: number[] = [];
  const lockMs: number[] = [];
  let failures = 0;
  let early = 0;
  for (let i = 1; i <= taps; i++) {
    const tapped = await walkUntil(screens, { from: 3.5, to: NEAR, crossing: 2 }, "unlocked", TAP_WITHIN_MS);
    await pause(DWELL_MS);
    const locked = await walkUntil(screens, { from: NEAR, to: FAR, crossing: 3 }, "locked", LOCK_WITHIN_MS);
    // An unserved phone stays "near" for a while after its last advertisement: the next walk begins after that.
    await pause(GONE_MS);
    if (tapped === undefined || locked === undefined) failures++;
    if (tapped !== undefined) tapMs.push(tapped);
    if (locked !== undefined && tapped !== undefined) lockMs.push(locked);
    if (i === Math.ceil(taps / 10)) early = residentKiB(hospital.process("agent").pid);
    if (i % 10 === 0 || i === taps) {
      say(
        `${i} of ${taps}: tap p50 ${percentile(tapMs, 50)} ms, lock p50 ${percentile(lockMs, 50)} ms, ${failures} failed`,
      );
    }
  }
  return {
    taps,
    failures,
    early: tapMs.filter((ms) => ms < 0).length,
    tapMs: { p50: percentile(tapMs, 50), p95: percentile(tapMs, 95) },
    lockMs: { p50: percentile(lockMs, 50), p95: percentile(lockMs, 95) },
    steps: await stepMedians(hospital),
    agentMemoryKiB: { early, end: residentKiB(hospital.process("agent").pid) },
  };
}

/**
 * Milliseconds from crossing the line to the state, or `undefined` when it did not come in time. Negative when it came
 * before: strength is read as distance, and a strong moment makes a phone look nearer than it is.
 */
async function walkUntil(
  { kiosk, phone }: Screens,
  path: { from: number; to: number; crossing: number },
  state: "unlocked" | "locked",
  withinMs: number,
): Promise<number | undefined> {
  const seen = kiosk
    .until(state, ({ session }) => session.state === state, withinMs)
    .then(() => performance.now())
    .catch(() => undefined);
  const { crossed, arrived } = walk(phone, path);
  const [at, seenAt] = await Promise.all([crossed, seen]);
  await arrived;
  return seenAt === undefined ? undefined : seenAt - at;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The agent logs the parts of each tap; their medians show where the time goes. */
async function stepMedians(hospital: Hospital): Promise<Record<string, number>> {
  const parts = new Map<string, number[]>();
  for (const line of (await readFile(join(hospital.folders.logs, "agent.log"), "utf8")).split("\n")) {
    if (!line.includes('"timings"')) continue;
    const { timings } = JSON.parse(line) as { timings?: Record<string, number> };
    for (const [part, ms] of Object.entries(timings ?? {})) parts.set(part, [...(parts.get(part) ?? []), ms]);
  }
  return Object.fromEntries([...parts].map(([part, values]) => [part, percentile(values, 50)]));
}
