import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeImage } from "../frame/decode-image.js";
import type { Frame } from "../frame/frame.js";
import { ensureModels } from "../importing/import-models.js";
import { createVision, type Vision } from "../vision.js";
import { fuseLiveness } from "./fuse-liveness.js";
import { simulateOrdinaryCapture } from "./simulated/ordinary-capture.js";
import { attackKinds, simulateRecapture } from "./simulated/recapture.js";

const demo = join(dirname(createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json")), "demo");

/** Faces in the pictures of the @vladmandic/face-api demo, on which nothing was trained: picture, middle, width. */
const faces = [
  [3, 1183, 385, 232],
  [1, 1574, 343, 157],
  [6, 1585, 427, 237],
  [4, 1081, 310, 203],
  [5, 863, 244, 176],
  [2, 984, 359, 188],
] as const;
const frames = 3;

let vision: Vision;

beforeAll(async () => {
  await ensureModels();
  vision = await createVision();
});
afterAll(() => vision.close());

async function photoOf([picture, x, y, width]: (typeof faces)[number]): Promise<Frame> {
  const side = Math.round(width * 2.6);
  const file = join(demo, `sample${picture}.jpg`);
  const [left, top] = [Math.max(0, x - side / 2), Math.max(0, y - side / 2)].map(Math.round);
  const cut = sharp(file)
    .extract({ left: left ?? 0, top: top ?? 0, width: side, height: side })
    .resize(280, 280);
  return decodeImage(await cut.png({ compressionLevel: 1 }).toBuffer());
}

/** Whether three frames of it, fused, are taken for a person. */
async function accepted(make: (frame: number) => Promise<Frame>): Promise<boolean> {
  const scores: number[] = [];
  for (let frame = 0; frame < frames; frame++) {
    const { face } = await vision.analyse(await make(frame), { liveness: true });
    if (face?.liveness !== undefined) scores.push(face.liveness.score);
  }
  return (fuseLiveness(scores) ?? 0) >= vision.thresholds.liveness;
}

describe("the passive network that ships", () => {
  it("lets people pass before an ordinary camera", async () => {
    let passed = 0;
    for (const [seed, face] of faces.entries()) {
      const photo = await photoOf(face);
      if (await accepted((frame) => simulateOrdinaryCapture(photo, { seed, frame }))) passed++;
    }
    expect(passed).toBeGreaterThanOrEqual(faces.length - 1);
  });

  it.each(attackKinds)("lets hardly a simulated recapture pass: %s", async (kind) => {
    let passed = 0;
    for (const [seed, face] of faces.entries()) {
      const photo = await photoOf(face);
      const found = await vision.analyse(photo, { landmarks: true });
      const mesh = found.face?.mesh;
      if (mesh === undefined) throw new Error("no face in the photo");
      if (await accepted((frame) => simulateRecapture(photo, mesh, { kind, seed, frame, strength: 0.7 }))) passed++;
    }
    expect(passed).toBeLessThanOrEqual(1);
  });
});
