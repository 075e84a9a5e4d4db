import { expect, it } from "vitest";
import { runFrameBench } from "./bench-frame.js";

it("measures our whole frame and that of @vladmandic/human in the same run", async () => {
  const result = await runFrameBench({ frames: 4, warmUpFrames: 1 });
  const spread = { p50: expect.any(Number), p95: expect.any(Number) };
  expect(result).toEqual({
    frames: 4,
    frameMs: spread,
    peers: { human: { frameMs: spread } },
    ratio: expect.any(Number),
  });
  expect(result.ratio).toBeGreaterThan(0);
});
