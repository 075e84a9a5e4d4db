import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { alignedSize, alignmentTemplate, fitSimilarity, fivePointsOf } from "../face/alignment.js";
import { FaceMesh, meshPoints } from "../face/face-mesh.js";
import { decodeImage } from "../frame/decode-image.js";
import type { Frame } from "../frame/frame.js";
import { invertSimilarity, sampleSquare } from "../frame/sample.js";
import { ensureModels } from "../importing/import-models.js";
import { createVision, type Vision } from "../vision.js";
import type { MaskTemplate } from "./mask-template.js";
import { readMaskTemplates } from "./read-mask-templates.js";
import { wearMask } from "./wear-mask.js";

const demo = join(dirname(createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json")), "demo");
/** Middles of faces in the pictures of the @vladmandic/face-api demo. */
const places = [
  { picture: 1, x: 1574, y: 343 },
  { picture: 3, x: 1183, y: 385 },
  { picture: 5, x: 470, y: 1032 },
  { picture: 6, x: 774, y: 493 },
] as const;

interface FoundFace {
  readonly frame: Frame;
  readonly mesh: FaceMesh;
}

let vision: Vision;
let templates: readonly MaskTemplate[];
let faces: readonly FoundFace[];

beforeAll(async () => {
  await ensureModels();
  vision = await createVision();
  templates = await readMaskTemplates();
  faces = await Promise.all(places.map(faceAt));
}, 120_000);

afterAll(() => vision.close());

async function faceAt({ picture, x, y }: (typeof places)[number]): Promise<FoundFace> {
  const area = { left: x - 200, top: y - 200, width: 400, height: 400 };
  const cut = sharp(join(demo, `sample${picture}.jpg`)).extract(area);
  const frame = await decodeImage(await cut.png().toBuffer());
  const { face } = await vision.analyse(frame, { landmarks: true });
  if (face?.mesh === undefined) throw new Error(`no face in sample ${picture}`);
  return { frame, mesh: face.mesh };
}

function worn({ frame, mesh }: FoundFace, template: MaskTemplate, seed: number): Frame {
  const copy = { ...frame, data: Uint8Array.from(frame.data) };
  wearMask(copy, mesh, template, { seed });
  return copy;
}

/** The share of the aligned face that a mask changed. */
function hiddenShare(face: FoundFace, masked: Frame): number {
  const toFrame = invertSimilarity(fitSimilarity(fivePointsOf(face.mesh), alignmentTemplate));
  const [bare, hidden] = [face.frame, masked].map((frame) => {
    const data = new Float32Array(alignedSize * alignedSize * 3);
    sampleSquare(frame, toFrame, { data, size: alignedSize, gain: 1, bias: 0 }, { pixelsPerTap: 1.5 });
    return data;
  });
  let changed = 0;
  for (let i = 0; i < alignedSize * alignedSize; i++) {
    if ([0, 1, 2].some((channel) => Math.abs((bare?.[i * 3 + channel] ?? 0) - (hidden?.[i * 3 + channel] ?? 0)) > 1)) {
      changed++;
    }
  }
  return changed / (alignedSize * alignedSize);
}

describe("a mask put on a face", () => {
  it("hides at least 40 % of the aligned face, and leaves the eyes", () => {
    for (const [index, face] of faces.entries()) {
      for (const template of templates) {
        const masked = worn(face, template, index);
        expect(hiddenShare(face, masked)).toBeGreaterThanOrEqual(0.4);
        for (const eye of fivePointsOf(face.mesh).slice(0, 2)) {
          const at = (Math.round(eye.y) * masked.width + Math.round(eye.x)) * 3;
          expect([...masked.data.subarray(at, at + 3)]).toEqual([...face.frame.data.subarray(at, at + 3)]);
        }
      }
    }
  });

  it("still lets the face be found", async () => {
    for (const face of faces) {
      for (const template of templates) {
        const { faces: found } = await vision.analyse(worn(face, template, 1), {});
        expect(found).toBeGreaterThan(0);
      }
    }
  });

  it("is the same for the same seed and another for another", () => {
    const [face, template] = [faces[0], templates[0]];
    if (face === undefined || template === undefined) throw new Error("no face");
    const [one, again, other] = [3, 3, 4].map((seed) => Buffer.from(worn(face, template, seed).data));
    expect([one?.equals(again ?? Buffer.alloc(0)), one?.equals(other ?? Buffer.alloc(0))]).toEqual([true, false]);
  });

  it("is darker on a face in the dark", () => {
    const [face, template] = [faces[1], templates[1]];
    if (face === undefined || template === undefined) throw new Error("no face");
    const dark = { ...face, frame: { ...face.frame, data: face.frame.data.map((value) => value / 5) } };
    const chin = face.mesh.at(200);
    const lumaAt = ({ data, width }: Frame) => data[(Math.round(chin.y) * width + Math.round(chin.x)) * 3 + 1] ?? 0;
    expect(lumaAt(worn(dark, template, 1))).toBeLessThan(lumaAt(worn(face, template, 1)) - 40);
  });

  it("leaves a frame alone whose mesh has no extent, and is cut off at the frame's border", () => {
    const [face, template] = [faces[2], templates[2]];
    if (face === undefined || template === undefined) throw new Error("no face");
    const point = new FaceMesh(new Float32Array(meshPoints * 3), { a: 1, b: 0, tx: 90, ty: 90 });
    expect(Buffer.from(worn({ ...face, mesh: point }, template, 1).data).equals(face.frame.data)).toBe(true);
    const raw = Float32Array.from({ length: meshPoints * 3 }, (_, i) =>
      i % 3 === 2 ? 0 : face.mesh.at(Math.floor(i / 3))[i % 3 === 0 ? "x" : "y"],
    );
    const beyond = new FaceMesh(raw, { a: 1, b: 0, tx: -2000, ty: 0 });
    expect(Buffer.from(worn({ ...face, mesh: beyond }, template, 1).data).equals(face.frame.data)).toBe(true);
  });

  it("is refused on a frame that is none", () => {
    const [face, template] = [faces[0], templates[0]];
    if (face === undefined || template === undefined) throw new Error("no face");
    const cut = { ...face.frame, data: face.frame.data.subarray(1) };
    expect(() => wearMask(cut, face.mesh, template)).toThrow(expect.objectContaining({ code: "frame-size" }));
  });
});
