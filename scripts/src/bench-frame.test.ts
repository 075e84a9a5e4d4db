import { expect, it } from "vitest";
import { runFrameBench } from "./bench-frame.js";

const atMost = 240_000;

it("measures our whole frame, its parts and its memory, and two other libraries in the same run", {
  timeout: atMost,
}, async () => {
  const result = await runFrameBench({ frames: 2, warmUpFrames: 1, memoryFrames: [1, 3] });
  const number = expect.any(Number);
  const spread = { p50: number, p95: number };
  expect(result).toEqual({
    frames: 2,
    frameMs: spread,
    maskedFrameMs: { ...spread, masked: number },
    trackedFrameMs: spread,
    stepsMs: { detect: number, landmarks: number, liveness: number, embed: number, match: number },
    memory: { frames: [1, 3], residentKiB: [number, number] },
    peers: { human: { frameMs: spread, ratio: number }, faceApi: { frameMs: spread, ratio: number } },
    ratio: result.peers.human.ratio,
  });
  expect(Math.min(result.frameMs.p50, result.peers.human.ratio, result.peers.faceApi.ratio)).toBeGreaterThan(0);
});
