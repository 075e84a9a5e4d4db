import process from "node:process";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createVision, ensureModels, type Frame } from "@wardkey/models";
import { openFaceApiPeer } from "./frame-bench/face-api-peer.js";
import { openHumanPeer } from "./frame-bench/human-peer.js";
import { type FrameMemory, measureMemory } from "./frame-bench/memory.js";
import type { FramePeer } from "./frame-bench/peer.js";
import { cameraScenes } from "./frame-bench/scenes.js";
import { quantile, round, type Spread, spreadOf } from "./frame-bench/spread.js";
import { measureSteps, type StepsMs } from "./frame-bench/steps.js";
import { enrolFace, type FrameTimes } from "./frame-bench/whole-frame.js";

export interface FrameBench {
  readonly frames: number;
  /** A bare face, each frame by itself: detect, landmarks, liveness, embed, match. */
  readonly frameMs: Spread;
  /** The same with a drawn mask (simulated), and the share of these frames that the masked branch decided. */
  readonly maskedFrameMs: Spread & { readonly masked: number };
  /** The bare frame with its time told, so that the face is followed instead of being looked for. */
  readonly trackedFrameMs: Spread;
  /** Medians of the parts of the bare frame. */
  readonly stepsMs: StepsMs & { readonly match: number };
  readonly memory: FrameMemory;
  readonly peers: Readonly<Record<PeerName, { readonly frameMs: Spread; readonly ratio: number }>>;
  /** Median of ours over the median of @vladmandic/human, which does the same steps. */
  readonly ratio: number;
}

type PeerName = "human" | "faceApi";

// Each takes its turn for so long, so that all meet the same machine.
const framesATurn = 20;
// Twelve frames a second.
const frameIntervalMs = 83;

export interface FrameBenchOptions {
  readonly frames?: number;
  /** At the beginning of each turn, and not counted. */
  readonly warmUpFrames?: number;
  /** After how many frames the memory is looked at. */
  readonly memoryFrames?: readonly [number, number];
}

/**
 * Takes the time of one whole frame, 640x480, one thread, from its pixels to the decision; beside `@vladmandic/human` and
 * `@vladmandic/face-api` on WASM, all taking turns on the same frames.
 */
export async function runFrameBench(options: FrameBenchOptions = {}): Promise<FrameBench> {
  const { frames = 200, warmUpFrames = 3, memoryFrames = [200, 2000] } = options;
  await ensureModels();
  const collect = garbageCollector();
  const vision = await createVision();
  const opened: { close(): Promise<void> }[] = [vision];
  try {
    const scenes = await cameraScenes(vision);
    const person = await enrolFace(vision, at(scenes.bare, 0));
    // First of all, while nothing but ours is in this process.
    const memory = await measureMemory(person, scenes.bare, { frames: memoryFrames, collect });
    const steps = await measureSteps(vision, scenes.bare, Math.ceil(frames / 2));
    const human = await opening(openHumanPeer(), opened);
    const faceApi = await opening(openFaceApiPeer(), opened);
    const ours: Record<"bare" | "masked" | "tracked", FrameTimes[]> = { bare: [], masked: [], tracked: [] };
    const theirs: Record<PeerName, number[]> = { human: [], faceApi: [] };
    const turns = [
      async (i: number) => ours.bare.push(await person.decide(at(scenes.bare, i))),
      async (i: number) => ours.masked.push(await person.decide(at(scenes.masked, i))),
      async (i: number) => ours.tracked.push(await person.decide(at(scenes.bare, i), { at: i * frameIntervalMs })),
      async (i: number) => theirs.human.push(await timed(human, at(scenes.bare, i))),
      async (i: number) => theirs.faceApi.push(await timed(faceApi, at(scenes.bare, i))),
    ];
    for (let done = 0; done < frames; done += framesATurn) {
      for (const turn of turns) {
        collect();
        for (let i = -warmUpFrames; i < Math.min(framesATurn, frames - done); i++) await turn(warmUpFrames + done + i);
      }
      // A collection lets go of compiled code too: the first frames after it are not those of a kiosk that runs all day.
      for (const taken of [...Object.values(ours), ...Object.values(theirs)]) taken.splice(done, warmUpFrames);
    }
    const frameMs = spreadOf(ours.bare.map(({ wholeMs }) => wholeMs));
    const beside = (values: readonly number[]) => {
      const peerMs = spreadOf(values);
      return { frameMs: peerMs, ratio: round(frameMs.p50 / peerMs.p50) };
    };
    const peers = { human: beside(theirs.human), faceApi: beside(theirs.faceApi) };
    return {
      frames,
      frameMs,
      maskedFrameMs: {
        ...spreadOf(ours.masked.map(({ wholeMs }) => wholeMs)),
        masked: round(ours.masked.filter(({ branch }) => branch === "masked").length / frames),
      },
      trackedFrameMs: spreadOf(ours.tracked.map(({ wholeMs }) => wholeMs)),
      stepsMs: {
        ...steps,
        match: quantile(
          ours.bare.map(({ matchMs }) => matchMs),
          0.5,
        ),
      },
      memory,
      peers,
      ratio: peers.human.ratio,
    };
  } finally {
    for (const each of opened.reverse()) await each.close();
  }
}

async function opening(peer: Promise<FramePeer>, opened: { close(): Promise<void> }[]): Promise<FramePeer> {
  const open = await peer;
  opened.push(open);
  return open;
}

async function timed(peer: FramePeer, frame: Frame): Promise<number> {
  const begun = performance.now();
  await peer.analyse(frame);
  return performance.now() - begun;
}

function at(frames: readonly Frame[], index: number): Frame {
  const frame = frames[index % frames.length];
  if (frame === undefined) throw new Error("there is no frame to measure with");
  return frame;
}

/** `npm run bench -- frame [--json] [--frames N]`: progress on stderr, the result on stdout. */
export async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: { json: { type: "boolean", default: false }, frames: { type: "string", default: "200" } },
  });
  const frames = Number(values.frames);
  if (!Number.isInteger(frames) || frames < 1) throw new RangeError("--frames takes a whole number from 1");
  process.stderr.write(`frame: ${frames} frames of 640x480 on one thread, beside human and face-api on WASM\n`);
  const result = await runFrameBench({ frames });
  process.stdout.write(`${JSON.stringify(result, null, values.json ? 0 : 2)}\n`);
  return 0;
}

/** All share a heap here, and not on a kiosk: none is to pay for what another left behind. */
function garbageCollector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
}
