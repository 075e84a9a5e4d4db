import type { Frame } from "../frame/frame.js";
import { type Similarity, sampleSquare } from "../frame/sample.js";
import type { Network } from "../runtime/network.js";
import { type DetectedFace, decodeFaces } from "./detect.js";

/** One look of the detector at a square of the frame: every face of at least `minimumScore`, the most prominent first. */
export async function detectFaces(
  frame: Frame,
  toFrame: Similarity,
  { network, minimumScore }: { readonly network: Network; readonly minimumScore: number },
): Promise<readonly DetectedFace[]> {
  const target = { data: network.input, size: network.size, gain: 1 / 127.5, bias: -1 };
  sampleSquare(frame, toFrame, target, { pixelsPerTap: 2.6 });
  const [fineScores, coarseScores, fine, coarse] = await network.run();
  const output = { scores: present(fineScores, coarseScores), regressors: present(fine, coarse) };
  return decodeFaces(output, { frame, toFrame, minimumScore });
}

function present(...arrays: readonly (Float32Array | undefined)[]): Float32Array[] {
  return arrays.flatMap((array) => array ?? []);
}
