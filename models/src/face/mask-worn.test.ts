import { describe, expect, it } from "vitest";
import type { Network } from "../runtime/network.js";
import { alignedSize } from "./alignment.js";
import { judgeMask } from "./mask-worn.js";

function scoring(...scores: readonly number[]): Network {
  const input = new Float32Array(56 * 56 * 3);
  return { input, size: 56, run: async () => [Float32Array.from(scores)], close: async () => undefined };
}

const aligned = new Float32Array(alignedSize * alignedSize * 3);

describe("whether a mask is worn", () => {
  it.each([
    ["none", [9, 0, 0], 0],
    ["proper", [0, 9, 0], 1],
    ["under-nose", [0, 0, 9], 1],
    ["proper", [-20, 1, 1], 1],
  ] as const)("is %s for the scores %j", async (worn, scores, evidence) => {
    const judged = await judgeMask(scoring(...scores), aligned);
    expect(judged.worn).toBe(worn);
    expect(judged.evidence).toBeCloseTo(evidence, 3);
  });

  it("counts masks in either way as evidence", async () => {
    const judged = await judgeMask(scoring(Math.log(0.4), Math.log(0.35), Math.log(0.25)), aligned);
    expect(judged).toEqual({ evidence: expect.closeTo(0.6, 5), worn: "proper" });
  });

  it("is judged on the mean of each two by two pixels", async () => {
    const network = scoring(1, 0, 0);
    const picture = new Float32Array(aligned.length);
    for (const [at, value] of [0, 3, alignedSize * 3, alignedSize * 3 + 3].map((at, i) => [at, i] as const)) {
      picture[at] = value;
    }
    await judgeMask(network, picture);
    expect(Array.from(network.input.subarray(0, 6))).toEqual([1.5, 0, 0, 0, 0, 0]);
  });
});
