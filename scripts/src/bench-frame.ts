import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createVision, decodeImage, ensureModels, type Frame } from "@wardkey/models";
import sharp from "sharp";
import { openHumanPeer } from "./bench-frame-peer.js";

export interface FrameBench {
  readonly frames: number;
  readonly frameMs: Spread;
  readonly peers: { readonly human: { readonly frameMs: Spread } };
  /** Median of ours over the median of the peer. */
  readonly ratio: number;
}

interface Spread {
  readonly p50: number;
  readonly p95: number;
}

const warmUpFrames = 20;
const frames = 200;
// A woman's face in a picture of the @vladmandic/face-api demo, as it looks at arm's length before a 640x480 camera.
const scene = { file: "sample3.jpg", left: 743, top: 55, width: 880, height: 660 };

/**
 * Takes the time of one whole frame, 640x480, one thread: detect, landmarks, liveness, embed; beside `@vladmandic/human`
 * on WASM with the same steps, the two taking turns on the same frames.
 */
export async function runFrameBench(
  options: { readonly frames?: number; readonly warmUpFrames?: number } = {},
): Promise<FrameBench> {
  await ensureModels();
  const count = options.frames ?? frames;
  const warmUp = options.warmUpFrames ?? warmUpFrames;
  const scenes = await cameraFrames();
  const vision = await createVision();
  const human = await openHumanPeer().catch(async (error: unknown) => {
    await vision.close();
    throw error;
  });
  const collect = garbageCollector();
  const [ours, theirs]: [number[], number[]] = [[], []];
  try {
    for (let i = -warmUp; i < count; i++) {
      const frame = scenes[Math.abs(i) % scenes.length];
      if (frame === undefined) throw new Error("there is no frame to measure with");
      collect();
      const begun = performance.now();
      const { face } = await vision.analyse(frame, { landmarks: true, liveness: true, embedding: true });
      const ended = performance.now();
      if (face?.embedding === undefined || face.liveness === undefined) throw new Error("our own frame lost its face");
      collect();
      const peerBegun = performance.now();
      await human.analyse(frame);
      const peerEnded = performance.now();
      if (i < 0) continue;
      ours.push(ended - begun);
      theirs.push(peerEnded - peerBegun);
    }
  } finally {
    await vision.close();
    await human.close();
  }
  const [frameMs, peerMs] = [spread(ours), spread(theirs)];
  return { frames: count, frameMs, peers: { human: { frameMs: peerMs } }, ratio: round(frameMs.p50 / peerMs.p50) };
}

/** `npm run bench -- frame [--json]`: progress on stderr, the result on stdout. */
export async function main(argv: readonly string[]): Promise<number> {
  process.stderr.write(`frame: ${frames} frames of 640x480 on one thread, beside @vladmandic/human (WASM)\n`);
  const result = await runFrameBench();
  const { frameMs, peers, ratio } = result;
  const line = argv.includes("--json")
    ? JSON.stringify(result)
    : `ours p50 ${frameMs.p50} ms, p95 ${frameMs.p95} ms; human p50 ${peers.human.frameMs.p50} ms; ratio ${ratio}`;
  process.stdout.write(`${line}\n`);
  return 0;
}

/** The two share a heap here, and not on a kiosk: neither is to pay for what the other left behind. */
function garbageCollector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
}

/** The same scene a few pixels apart, so that no two frames that follow each other are equal. */
async function cameraFrames(): Promise<readonly Frame[]> {
  const demo = join(dirname(createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json")), "demo");
  const shifts = [0, 3, 7, 12, 5];
  return Promise.all(
    shifts.map(async (shift) => {
      const { file, left, top, width, height } = scene;
      const cut = sharp(join(demo, file)).extract({ left: left + shift, top: top + (shift % 4), width, height });
      return decodeImage(await cut.resize(640, 480).png().toBuffer());
    }),
  );
}

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (share: number) => round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { p50: at(0.5), p95: at(0.95) };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
