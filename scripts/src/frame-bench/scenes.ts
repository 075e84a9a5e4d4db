import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { decodeImage, drawSyntheticMask, type Frame, type Vision } from "@wardkey/models";
import sharp from "sharp";

// A woman's face in a picture of the @vladmandic/face-api demo, as it looks at arm's length before a 640x480 camera; who
// stands beside her is left out, and the edges drawn on.
const scene = { file: "sample3.jpg", left: 898, top: 55, width: 570, height: 660 };
const beside = 155;
const shifts = [0, 3, 7, 12, 5];

/** What a camera sees, frame by frame. */
export interface Scenes {
  readonly bare: readonly Frame[];
  /** The same frames with a drawn mask (simulated). */
  readonly masked: readonly Frame[];
}

/** The same scene a few pixels apart, so that no two frames that follow each other are equal. */
export async function cameraScenes(vision: Vision): Promise<Scenes> {
  const demo = join(dirname(createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json")), "demo");
  const bare = await Promise.all(
    shifts.map(async (shift) => {
      const { file, left, top, width, height } = scene;
      const cut = sharp(join(demo, file)).extract({ left: left + shift, top: top + (shift % 4), width, height });
      const wide = await cut.extend({ left: beside, right: beside, extendWith: "copy" }).png().toBuffer();
      return decodeImage(await sharp(wide).resize(640, 480).png().toBuffer());
    }),
  );
  const masked: Frame[] = [];
  for (const frame of bare) {
    const { face } = await vision.analyse(frame, { landmarks: true });
    if (face?.mesh === undefined) throw new Error("the frame to draw a mask on has no face");
    const copy = { ...frame, data: Uint8Array.from(frame.data) };
    drawSyntheticMask(copy, face.mesh);
    masked.push(copy);
  }
  return { bare, masked };
}
