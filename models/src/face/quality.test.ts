import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Frame } from "../frame/frame.js";
import { ensureModels } from "../importing/import-models.js";
import { drawSyntheticMask } from "../synthetic-mask/draw-synthetic-mask.js";
import { frameOf, shownAs, woman } from "../testing/demo-face.js";
import { createVision, type Vision } from "../vision.js";
import { eyeOpennessOf } from "./eyes.js";
import { FaceMesh, meshPoints } from "./face-mesh.js";
import { type FaceQuality, hintsFor } from "./quality.js";
import { qualityScore } from "./quality-score.js";

const good: FaceQuality = {
  brightness: 140,
  sharpness: 0.1,
  unevenness: 0.1,
  asymmetry: 0.1,
  eyeDistance: 80,
  pose: { yaw: 0, pitch: 0, roll: 0 },
  eyesOpen: 0.28,
  presence: 1,
  masked: false,
};

describe("a view of a face", () => {
  it("that is good has no hint and the full score", () => {
    expect([hintsFor(good), qualityScore(good)]).toEqual([[], 100]);
  });

  it.each([
    ["too-far", { eyeDistance: 27 }],
    ["too-dark", { brightness: 49 }],
    ["too-bright", { brightness: 226 }],
    ["uneven-light", { unevenness: 0.61 }],
    ["blurred", { sharpness: 0.019 }],
    ["look-straight", { pose: { yaw: -26, pitch: 0, roll: 0 } }],
    ["chin-up", { pose: { yaw: 0, pitch: -21, roll: 0 } }],
    ["chin-down", { pose: { yaw: 0, pitch: 21, roll: 0 } }],
    ["eyes-closed", { eyesOpen: 0.14 }],
    ["face-covered", { presence: 0.4 }],
    ["face-covered", { asymmetry: 0.46 }],
    ["mask-worn", { masked: true, presence: 0.01 }],
  ] as const)("is hinted at by %s, and scores below 70", (hint, change) => {
    const view = { ...good, ...change };
    expect(hintsFor(view)).toEqual([hint]);
    expect(qualityScore(view)).toBeLessThan(70);
  });

  it("in half profile is not called covered or unevenly lit for what its pose does", () => {
    const view = { ...good, pose: { yaw: 30, pitch: 0, roll: 0 }, unevenness: 0.7, asymmetry: 0.5 };
    expect(hintsFor(view)).toEqual(["look-straight"]);
  });

  it("scores whole numbers from 0 to 100, less for each thing that is worse", () => {
    const worse = [
      good,
      { ...good, sharpness: 0.04 },
      { ...good, sharpness: 0.04, brightness: 70 },
      { ...good, sharpness: 0, brightness: 0, eyeDistance: 1, presence: 0, masked: true },
    ].map(qualityScore);
    expect(worse).toEqual([100, expect.any(Number), expect.any(Number), 0]);
    expect(worse).toEqual([...worse].sort((one, other) => other - one));
    expect(worse.every((score) => Number.isInteger(score))).toBe(true);
  });
});

describe("how far eyes are open", () => {
  const eyesOf = (lids: number): FaceMesh => {
    const raw = new Float32Array(meshPoints * 3);
    const put = (index: number, x: number, y: number) => raw.set([x, y, 0], index * 3);
    for (const [corners, uppers, lowers, at] of [
      [[33, 133], [160, 158], [144, 153], 0],
      [[362, 263], [385, 387], [380, 373], 60],
    ] as const) {
      for (const [side, index] of corners.entries()) put(index, at + side * 30, 0);
      for (const [side, index] of uppers.entries()) put(index, at + 10 + side * 10, -lids / 2);
      for (const [side, index] of lowers.entries()) put(index, at + 10 + side * 10, lids / 2);
    }
    return new FaceMesh(raw, { a: 1, b: 0, tx: 0, ty: 0 });
  };

  it("is the lids' distance over the corners' distance", () => {
    expect([9, 3, 0].map((lids) => Number(eyeOpennessOf(eyesOf(lids)).toFixed(3)))).toEqual([0.3, 0.1, 0]);
  });
});

describe("a picture", () => {
  let vision: Vision;
  let frame: Frame;
  beforeAll(async () => {
    await ensureModels();
    vision = await createVision();
    frame = await frameOf(woman);
  });
  afterAll(() => vision.close());

  const look = async (shown: Frame) => {
    const { face, hints } = await vision.analyse(shown, { embedding: true });
    return { hints, quality: face?.quality ?? 0 };
  };
  const changed = (change: (value: number, x: number, y: number) => number): Frame => ({
    ...frame,
    data: frame.data.map((value, i) => change(value, Math.floor(i / 3) % 640, Math.floor(i / 1_920))),
  });

  it("of a face in good light has no hint and a good score", async () => {
    const seen = await look(frame);
    expect(seen.hints).toEqual([]);
    expect(seen.quality).toBeGreaterThan(60);
  });

  it.each([
    ["too-dark", () => changed((value) => value * 0.2)],
    ["blurred", () => shownAs(frame, { blur: 9 })],
    ["too-far", () => shownAs(frame, { scale: 0.25 })],
    ["uneven-light", () => changed((value, x) => value * (x < 320 ? 1 : 0.25))],
    ["face-covered", () => changed((value, x, y) => (x > 325 && y > 150 ? (x * 7 + y * 3) % 90 : value))],
  ] as const)("says %s when that is so, and scores lower", async (hint, make) => {
    const { quality } = await look(frame);
    const seen = await look(await make());
    expect(seen.hints).toContain(hint);
    expect(seen.quality).toBeLessThan(quality);
  });

  it("of a mask says so, and not that the face is covered", async () => {
    const { face } = await vision.analyse(frame, { landmarks: true });
    if (face?.mesh === undefined) throw new Error("the face to mask was not found");
    const masked = { ...frame, data: Uint8Array.from(frame.data) };
    drawSyntheticMask(masked, face.mesh);
    const { hints } = await look(masked);
    expect([hints.includes("mask-worn"), hints.includes("face-covered")]).toEqual([true, false]);
  });
});
