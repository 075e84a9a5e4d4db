import type { Frame } from "../frame/frame.js";
import { writePassiveInput } from "../liveness/passive-input.js";
import type { Network } from "../runtime/network.js";
import type { DetectedFace } from "./detect.js";

/** 0 to 1, higher is more alive. Passive, on one frame: fuse several (`fuseLiveness`), and see the model's card. */
export interface LivenessScores {
  readonly score: number;
}

export async function scoreLiveness(frame: Frame, face: DetectedFace, network: Network): Promise<LivenessScores> {
  writePassiveInput(frame, face, network.input);
  const [live] = await network.run();
  return { score: live?.[0] ?? 0 };
}
