import type { Network } from "../runtime/network.js";
import { alignedSize } from "./alignment.js";

/** How a mask is worn; `under-nose` covers the mouth alone. */
export type MaskWorn = "none" | "proper" | "under-nose";

export interface MaskJudgement {
  /** 0 to 1: how much the face looks masked, in whichever way. */
  readonly evidence: number;
  readonly worn: MaskWorn;
}

/** Of a registry without a network for it: nobody is seen with a mask. */
export const unmasked: MaskJudgement = { evidence: 0, worn: "none" };

/** Judges the aligned face in `aligned` (the embedding network's input) by a network that sees it at half its size. */
export async function judgeMask(network: Network, aligned: Float32Array): Promise<MaskJudgement> {
  halve(aligned, network.input);
  const [scores = new Float32Array()] = await network.run();
  const [none = 0, proper = 0, under = 0] = shares(scores);
  const evidence = 1 - none;
  if (none >= 0.5) return { evidence, worn: "none" };
  return { evidence, worn: proper >= under ? "proper" : "under-nose" };
}

/** The mean of each two by two pixels. */
function halve(aligned: Float32Array, half: Float32Array): void {
  const size = alignedSize / 2;
  const row = alignedSize * 3;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const from = 2 * y * row + 2 * x * 3;
      for (let channel = 0; channel < 3; channel++) {
        const at = from + channel;
        const upper = (aligned[at] ?? 0) + (aligned[at + 3] ?? 0);
        const lower = (aligned[at + row] ?? 0) + (aligned[at + row + 3] ?? 0);
        half[(y * size + x) * 3 + channel] = (upper + lower) / 4;
      }
    }
  }
}

function shares(scores: Float32Array): readonly number[] {
  const largest = Math.max(...scores);
  const raised = Array.from(scores, (score) => Math.exp(score - largest));
  const sum = raised.reduce((total, value) => total + value, 0);
  return raised.map((value) => value / sum);
}
