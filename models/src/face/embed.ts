import type { Frame, Point } from "../frame/frame.js";
import { invertSimilarity, sampleSquare } from "../frame/sample.js";
import type { Network } from "../runtime/network.js";
import { alignedSize, alignmentTemplate, fitSimilarity } from "./alignment.js";
import { toUnitLength } from "./face-embedding.js";

/** Samples the aligned face into the embedding network's input. */
export function sampleAligned(frame: Frame, fivePoints: readonly Point[], network: Network): void {
  const toFrame = invertSimilarity(fitSimilarity(fivePoints, alignmentTemplate));
  const target = { data: network.input, size: alignedSize, gain: 1 / 128, bias: -127.5 / 128 };
  sampleSquare(frame, toFrame, target, { pixelsPerTap: 1.5 });
}

/** Unit vector of what the input holds; with `mirrored`, the mean of it and of its mirror image. */
export async function embedAligned(network: Network, mirrored: boolean): Promise<Float32Array> {
  const [straight = new Float32Array()] = await network.run();
  const vector = toUnitLength(Float32Array.from(straight));
  straight.fill(0);
  if (!mirrored) return vector;
  mirrorRows(network.input, network.size);
  const [flipped = new Float32Array()] = await network.run();
  mirrorRows(network.input, network.size);
  const other = toUnitLength(flipped);
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? 0) + (other[i] ?? 0);
  other.fill(0);
  return toUnitLength(vector);
}

function mirrorRows(data: Float32Array, size: number): void {
  for (let row = 0; row < size; row++) {
    let left = row * size * 3;
    let right = left + (size - 1) * 3;
    for (; left < right; left += 3, right -= 3) {
      for (let channel = 0; channel < 3; channel++) {
        const kept = data[left + channel] ?? 0;
        data[left + channel] = data[right + channel] ?? 0;
        data[right + channel] = kept;
      }
    }
  }
}
