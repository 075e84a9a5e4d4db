import type { Frame } from "../frame/frame.js";
import { sampleSquare, squareToFrame } from "../frame/sample.js";
import { writePassiveInput } from "../liveness/passive-input.js";
import type { Network } from "../runtime/network.js";
import type { DetectedFace } from "./detect.js";

/** 0 to 1, higher is more alive. Passive, on one frame: fuse several (`fuseLiveness`), and see the models' cards. */
export interface LivenessScores {
  readonly score: number;
}

/** The passive network, or else the older two. */
export interface LivenessNetworks {
  readonly antispoof?: Network;
  readonly liveness?: Network;
  readonly passiveLiveness?: Network;
}

// The crop that the older two networks get in @vladmandic/human: the detector's box, squared, not turned.
const cropScale = 1.4;

/**
 * Asks the passive network. Only for a registry that names none the older two are asked, which let most recaptured
 * pictures through.
 */
export async function scoreLiveness(
  frame: Frame,
  face: DetectedFace,
  { antispoof, liveness, passiveLiveness }: LivenessNetworks,
): Promise<LivenessScores> {
  if (passiveLiveness !== undefined) {
    writePassiveInput(frame, face, passiveLiveness.input);
    const [live] = await passiveLiveness.run();
    return { score: live?.[0] ?? 0 };
  }
  const [spoof, alive] = [await scoreCrop(frame, face, antispoof), await scoreCrop(frame, face, liveness)];
  return { score: (spoof + alive) / 2 };
}

async function scoreCrop(frame: Frame, face: DetectedFace, network: Network | undefined): Promise<number> {
  if (network === undefined) return 0;
  const side = Math.max(face.width, face.height) * cropScale;
  const toFrame = squareToFrame(face.centre, side, 0, network.size);
  const target = { data: network.input, size: network.size, gain: 1 / 255, bias: 0 };
  sampleSquare(frame, toFrame, target, { pixelsPerTap: 4 });
  const [scores] = await network.run();
  return scores?.[0] ?? 0;
}
