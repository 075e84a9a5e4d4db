import { FaceEmbedding, type FrameFindings, type Thresholds } from "@wardkey/models";
import { describe, expect, it } from "vitest";
import { EnrolmentViews } from "./enrolment-views.js";

const thresholds: Thresholds = { bare: null, masked: null, maskEvidence: 0.5, liveness: 0.5 };

function found(signature: string): FrameFindings {
  const vector = () => ({ numbers: Float32Array.of(1, 0), model: new Uint8Array(8) });
  const embedding = new FaceEmbedding({
    vectors: { bare: vector(), masked: vector() },
    maskEvidence: 0,
    turned: false,
  });
  const face = { embedding, pose: { yaw: 0, pitch: 0, roll: 0 }, quality: 80 } as FrameFindings["face"];
  return { faces: 1, hints: [], brightness: 120, signature, face };
}

/** The progress after each of the pictures, half a second apart. */
function progress(signatures: readonly string[]): number[] {
  const views = new EnrolmentViews({ key: new Uint8Array(32), views: 5 }, thresholds);
  return signatures.map((signature, index) => {
    const step = views.consider(found(signature), { at: index * 500, continues: true, live: true });
    return step.step === "gathering" ? step.progress : 1;
  });
}

describe("the views of an enrolment", () => {
  it("are taken of pictures that differ", () => {
    expect(progress(["a", "b", "c"])).toEqual([0.2, 0.4, 0.6]);
  });

  it.each([
    ["the one before", ["a", "a", "a"]],
    ["an earlier one", ["a", "b", "a", "b", "a", "b"]],
  ])("are never the very same picture as %s", (_, signatures) => {
    expect(progress(signatures).at(-1)).toBe(0.2 * new Set(signatures).size);
  });
});
