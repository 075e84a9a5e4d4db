import { describe, expect, it } from "vitest";
import { alignedSize } from "./alignment.js";
import { embeddingLength } from "./face-embedding.js";
import {
  maskEstimatorOf,
  maskFeatureCount,
  maskFeatures,
  noMaskEvidence,
  readMaskEvidence,
  writeMaskEvidence,
} from "./mask-evidence.js";

function face(lower: readonly number[]): Float32Array {
  const aligned = new Float32Array(alignedSize * alignedSize * 3);
  for (let y = 0; y < alignedSize; y++) {
    for (let x = 0; x < alignedSize; x++) aligned.set(y < 64 ? [0.4, 0.2, 0.1] : lower, (y * alignedSize + x) * 3);
  }
  return aligned;
}

const whole = new Float32Array(embeddingLength).fill(0.25);

describe("mask features", () => {
  it("are nought where the lower face has the colour of the skin around the eyes, and end with the embedding", () => {
    const features = maskFeatures(face([0.4, 0.2, 0.1]), whole);
    expect(features.length).toBe(maskFeatureCount);
    expect(Math.max(...features.slice(0, -embeddingLength).map(Math.abs))).toBeLessThan(1e-6);
    expect(features.slice(-embeddingLength)).toEqual(whole);
  });

  it("tell how much lighter and bluer the lower face is", () => {
    const features = maskFeatures(face([0.4, 0.5, 0.7]), whole);
    const [light, red, blue, roughness] = features.slice(-embeddingLength - 4, -embeddingLength);
    expect([light, red, blue, roughness].map((value) => Number(value?.toFixed(4)))).toEqual([0.3, -0.3, 0.3, 0]);
  });
});

describe("mask evidence", () => {
  const unit = { weights: Array.from({ length: maskFeatureCount }, () => 0), bias: 1, output: -2 };

  it("is a share that its weights decide", () => {
    const estimate = maskEstimatorOf({ hidden: [unit], bias: 2 });
    expect(estimate(new Float32Array(maskFeatureCount))).toBe(0.5);
    expect(noMaskEvidence(new Float32Array(maskFeatureCount))).toBe(0);
  });

  it("comes back from its file", () => {
    const weights = { hidden: [unit, { ...unit, output: 0.5 }], bias: 0.25 };
    expect(readMaskEvidence(writeMaskEvidence(weights), "f")).toEqual(weights);
  });

  it.each([
    ["empty", new Uint8Array()],
    ["cut short", writeMaskEvidence({ hidden: [unit], bias: 0 }).subarray(4)],
    ["without a unit", writeMaskEvidence({ hidden: [], bias: 0 })],
    ["with a number that is none", writeMaskEvidence({ hidden: [unit], bias: Number.NaN })],
  ])("is refused from a file that is %s", (_, bytes) => {
    expect(() => readMaskEvidence(bytes, "f")).toThrow(expect.objectContaining({ code: "model-shape", file: "f" }));
  });
});
