import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { inspect } from "node:util";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { embeddingParts } from "./face/face-embedding.js";
import { decodeImage } from "./frame/decode-image.js";
import type { Frame } from "./frame/frame.js";
import { ensureModels } from "./importing/import-models.js";
import { drawSyntheticMask } from "./synthetic-mask/draw-synthetic-mask.js";
import { matchTemplate } from "./template/match-template.js";
import { protectTemplate } from "./template/protect-template.js";
import { createVision, type Vision } from "./vision.js";

const demo = join(dirname(createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json")), "demo");
const key = new Uint8Array(32).fill(42);
const enrolling = { embedding: true, forTemplate: true } as const;

/** A face in a picture of the @vladmandic/face-api demo: picture, middle of the face, width of the face. */
type Place = readonly [picture: number, x: number, y: number, width: number];
const woman: Place = [3, 1183, 385, 232];
const sameWoman: Place = [1, 1574, 343, 157];
const strangers: readonly Place[] = [
  [1, 513, 498, 198],
  [1, 955, 551, 188],
  [1, 194, 617, 264],
  [2, 1542, 299, 193],
  [2, 415, 284, 192],
  [2, 984, 359, 188],
  [3, 1604, 443, 215],
  [3, 692, 487, 222],
  [4, 750, 209, 152],
  [4, 1081, 310, 203],
  [4, 1353, 282, 164],
  [4, 337, 342, 197],
  [5, 863, 244, 176],
  [5, 1185, 331, 156],
  [5, 675, 551, 194],
  [5, 470, 1032, 226],
  [6, 1585, 427, 237],
  [6, 774, 493, 236],
  [6, 1236, 477, 215],
  [6, 353, 645, 240],
];

/** A 640x480 frame around a face, as it would stand before the kiosk's camera. */
async function frameOf([picture, x, y, width]: Place, size = { width: 640, height: 480 }): Promise<Frame> {
  const file = join(demo, `sample${picture}.jpg`);
  const whole = await sharp(file).metadata();
  const height = Math.round(width * 2.4);
  const wide = Math.round((height * 4) / 3);
  const left = Math.max(0, Math.min(whole.width - wide, Math.round(x - wide / 2)));
  const top = Math.max(0, Math.min(whole.height - height, Math.round(y - height / 2)));
  const cut = sharp(file).extract({ left, top, width: wide, height }).resize(size.width, size.height, { fit: "fill" });
  return decodeImage(await cut.png({ compressionLevel: 1 }).toBuffer());
}

function changed(frame: Frame, change: (value: number, index: number) => number): Frame {
  return { ...frame, data: frame.data.map(change) };
}

let vision: Vision;

beforeAll(async () => {
  await ensureModels();
  vision = await createVision();
});

afterAll(() => vision.close());

async function templateOf(place: Place) {
  const { face } = await vision.analyse(await frameOf(place), enrolling);
  if (face?.embedding === undefined) throw new Error("the face to enrol was not found");
  return protectTemplate({ embeddings: [face.embedding], key });
}

async function match(template: Awaited<ReturnType<typeof templateOf>>, frame: Frame) {
  const { face } = await vision.analyse(frame, { embedding: true });
  if (face?.embedding === undefined) return { outcome: "no-face" } as const;
  return matchTemplate({ template, key, probe: face.embedding, thresholds: vision.thresholds });
}

async function maskedFrameOf(place: Place): Promise<Frame> {
  const frame = await frameOf(place);
  const { face } = await vision.analyse(frame, { landmarks: true });
  if (face?.mesh === undefined) throw new Error("the face to mask was not found");
  drawSyntheticMask(frame, face.mesh);
  return frame;
}

describe("vision", () => {
  it("says of a frame how many faces it shows, where, how they stand, and whether to enrol", async () => {
    const findings = await vision.analyse(await frameOf(woman), { landmarks: true, liveness: true });
    expect(findings).toMatchObject({ faces: 1, hints: [], signature: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(findings.brightness).toBeGreaterThan(60);
    const { face } = findings;
    const [left, right, nose, mouthLeft, mouthRight] = face?.landmarks5 ?? [];
    for (const point of [left, right, nose, mouthLeft, mouthRight]) {
      expect(point?.x).toBeGreaterThan(face?.box.x ?? 640);
      expect(point?.y).toBeLessThan((face?.box.y ?? 0) + (face?.box.height ?? 0));
    }
    expect((right?.x ?? 0) - (left?.x ?? 0)).toBeGreaterThan(60);
    expect(nose?.y).toBeGreaterThan(left?.y ?? 480);
    expect(mouthRight?.y).toBeGreaterThan(nose?.y ?? 480);
    expect(face?.liveness?.score).toBeGreaterThan(0);
    expect(face?.embedding).toBeUndefined();
  });

  it("only finds the face when nothing more is wanted", async () => {
    const { face } = await vision.analyse(await frameOf(woman));
    expect(face).toMatchObject({ mesh: undefined, pose: undefined, liveness: undefined, embedding: undefined });
    expect(face?.score).toBeGreaterThan(0.5);
  });

  it("lets the woman of one picture match her other picture", async () => {
    expect(await match(await templateOf(woman), await frameOf(sameWoman))).toMatchObject({
      outcome: "match",
      branch: "bare",
    });
  });

  it("lets no stranger in the other pictures match her", async () => {
    const template = await templateOf(woman);
    for (const stranger of strangers) {
      expect([stranger, (await match(template, await frameOf(stranger))).outcome]).not.toEqual([stranger, "match"]);
    }
  });

  it("lets her in with a drawn mask through the masked branch, and no stranger with one", async () => {
    const template = await templateOf(woman);
    expect(await match(template, await maskedFrameOf(sameWoman))).toMatchObject({ outcome: "match", branch: "masked" });
    for (const stranger of strangers) {
      expect([stranger, (await match(template, await maskedFrameOf(stranger))).outcome]).not.toEqual([
        stranger,
        "match",
      ]);
    }
  });

  it("gives the same numbers for the same frame, whatever it looked at between", async () => {
    const frame = await frameOf(woman);
    const first = await vision.analyse(frame, { embedding: true });
    await vision.analyse(await frameOf(sameWoman), enrolling);
    const second = await vision.analyse(frame, { embedding: true });
    const numbers = [first, second].map(
      ({ face }) => face?.embedding && embeddingParts(face.embedding).vectors.bare?.numbers,
    );
    expect(numbers[0]).toBeInstanceOf(Float32Array);
    expect(numbers[1]).toEqual(numbers[0]);
  });

  it("takes frames one at a time, so that calls at once give what calls in turn give", async () => {
    const frames = [await frameOf(woman), await frameOf(sameWoman)];
    const atOnce = await Promise.all(frames.map((frame) => vision.analyse(frame, { landmarks: true })));
    for (const [index, frame] of frames.entries()) {
      const alone = await vision.analyse(frame, { landmarks: true });
      expect(atOnce[index]?.face?.landmarks5).toEqual(alone.face?.landmarks5);
    }
  });

  it("prints nothing of a face", async () => {
    const { face } = await vision.analyse(await frameOf(woman), enrolling);
    expect([inspect(face?.mesh), inspect(face?.embedding), JSON.stringify([face?.mesh, face?.embedding])]).toEqual([
      "[face]",
      "[face]",
      '["[face]","[face]"]',
    ]);
  });
});

describe("what stands in the way", () => {
  const hintsOf = async (frame: Frame) => (await vision.analyse(frame, { embedding: true })).hints;

  it("is said of a black frame", async () => {
    const black = { width: 640, height: 480, data: new Uint8Array(640 * 480 * 3) };
    expect(await vision.analyse(black, enrolling)).toMatchObject({
      faces: 0,
      brightness: 0,
      hints: ["black-frame", "no-face"],
      face: undefined,
    });
  });

  it("is said of a frame without a face", async () => {
    const wall = { width: 640, height: 480, data: new Uint8Array(640 * 480 * 3).fill(140) };
    expect(await vision.analyse(wall, enrolling)).toMatchObject({ faces: 0, hints: ["no-face"], face: undefined });
  });

  it("is said of two faces side by side", async () => {
    const [one, other] = [
      await frameOf(woman, { width: 320, height: 240 }),
      await frameOf(sameWoman, { width: 320, height: 240 }),
    ];
    const side = sharp({ create: { width: 640, height: 480, channels: 3, background: "#777" } }).composite([
      { input: Buffer.from(one.data), raw: { width: 320, height: 240, channels: 3 }, left: 0, top: 120 },
      { input: Buffer.from(other.data), raw: { width: 320, height: 240, channels: 3 }, left: 320, top: 120 },
    ]);
    const findings = await vision.analyse(await decodeImage(await side.png().toBuffer()), { landmarks: true });
    expect(findings.faces).toBe(2);
    expect(findings.hints).toContain("several-faces");
  });

  it("is said of a face that is far away", async () => {
    const far = sharp({ create: { width: 640, height: 480, channels: 3, background: "#777" } }).composite([
      {
        input: Buffer.from((await frameOf(woman, { width: 160, height: 120 })).data),
        raw: { width: 160, height: 120, channels: 3 },
        left: 240,
        top: 180,
      },
    ]);
    expect(await hintsOf(await decodeImage(await far.png().toBuffer()))).toContain("too-far");
  });

  it("is said of poor light", async () => {
    expect(await hintsOf(changed(await frameOf(woman), (value) => value * 0.2))).toContain("too-dark");
  });

  it("is said of a blurred face", async () => {
    const { data } = await frameOf(woman);
    const blurred = sharp(data, { raw: { width: 640, height: 480, channels: 3 } }).blur(9);
    expect(await hintsOf(await decodeImage(await blurred.png().toBuffer()))).toContain("blurred");
  });

  it("is said of a face in profile", async () => {
    expect(await hintsOf(await frameOf([2, 415, 284, 192]))).toContain("look-straight");
  });

  it("is said of a face with a drawn mask", async () => {
    expect(await hintsOf(await maskedFrameOf(woman))).toContain("mask-worn");
  });
});

describe("vision refuses", () => {
  it("a frame that is not what it says, and goes on with the next", async () => {
    const frame = await frameOf(woman);
    await expect(vision.analyse({ ...frame, width: 639 })).rejects.toThrow(
      expect.objectContaining({ code: "frame-size" }),
    );
    expect((await vision.analyse(frame)).faces).toBe(1);
  });

  it("every frame once it was closed, and closes twice without harm", async () => {
    const other = await createVision();
    const frame = await frameOf(woman);
    const last = other.analyse(frame);
    await other.close();
    await other.close();
    expect((await last).faces).toBe(1);
    await expect(other.analyse(frame)).rejects.toThrow(expect.objectContaining({ code: "vision-closed" }));
  });
});
