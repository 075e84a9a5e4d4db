import type { Frame } from "../frame/frame.js";
import { sampleSquare, squareToFrame } from "../frame/sample.js";
import type { Network } from "../runtime/network.js";
import type { DetectedFace } from "./detect.js";

/** 0 to 1 each, higher is more alive. Passive, on one frame, and weak by itself: see the models' cards. */
export interface LivenessScores {
  readonly score: number;
  readonly antispoof: number;
  readonly liveness: number;
}

// The crop that these networks get in @vladmandic/human: the detector's box, squared, not turned.
const cropScale = 1.4;

export async function scoreLiveness(
  frame: Frame,
  face: DetectedFace,
  networks: { readonly antispoof: Network; readonly liveness: Network },
): Promise<LivenessScores> {
  const antispoof = await scoreCrop(frame, face, networks.antispoof);
  const liveness = await scoreCrop(frame, face, networks.liveness);
  return { score: (antispoof + liveness) / 2, antispoof, liveness };
}

async function scoreCrop(frame: Frame, face: DetectedFace, network: Network): Promise<number> {
  const side = Math.max(face.width, face.height) * cropScale;
  const toFrame = squareToFrame(face.centre, side, 0, network.size);
  const target = { data: network.input, size: network.size, gain: 1 / 255, bias: 0 };
  sampleSquare(frame, toFrame, target, { pixelsPerTap: 4 });
  const [scores] = await network.run();
  return scores?.[0] ?? 0;
}
