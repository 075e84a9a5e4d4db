import { createWriteStream } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { finished } from "node:stream/promises";
import { createVision, drawSyntheticMask, type Frame, type Vision } from "@wardkey/models";
import sharp from "sharp";

/** What stands before the simulated camera; made from the photos that come with `@vladmandic/face-api`. */
export type SceneName = "enrol" | "tap" | "masked" | "stranger" | "empty";

interface Scene {
  readonly photo: string;
  /** Centre of the 640x480 picture in the photo, pixels. */
  readonly centre: readonly [number, number];
  readonly scale: number;
  readonly masked?: true;
}

// The woman of "enrol" is the woman of "tap" and "masked": two photos, years of make-up and light apart.
const scenes: Record<SceneName, Scene> = {
  enrol: { photo: "sample3.jpg", centre: [1183, 405], scale: 1 },
  tap: { photo: "sample1.jpg", centre: [1574, 363], scale: 1 },
  masked: { photo: "sample1.jpg", centre: [1574, 363], scale: 1, masked: true },
  stranger: { photo: "sample1.jpg", centre: [500, 520], scale: 1 },
  empty: { photo: "sample2.jpg", centre: [330, 1120], scale: 1 },
};

const WIDTH = 640;
const HEIGHT = 480;
/** Room around the picture for the simulated sway. */
const MARGIN = 16;
const FRAMES = 60;

const photoFolder = join(dirname(createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json")), "demo");

export interface SceneVideo {
  readonly name: SceneName;
  readonly file: string;
}

/**
 * Writes a simulated camera's video (Motion JPEG, 640x480, a loop of sixty frames): a still that sways a few pixels,
 * under light that breathes, with sensor noise. It stands in for a camera and is no proof of liveness.
 */
export async function makeSceneVideos(
  names: readonly SceneName[],
  folder: string,
  progress: (line: string) => void,
): Promise<Record<SceneName, string>> {
  const files: Partial<Record<SceneName, string>> = {};
  const vision = names.includes("masked") ? await createVision() : undefined;
  try {
    for (const name of names) {
      progress(`making the simulated camera's video "${name}"`);
      files[name] = join(folder, `${name}.mjpeg`);
      await writeVideo(files[name], await still(scenes[name], vision));
    }
  } finally {
    await vision?.close();
  }
  return files as Record<SceneName, string>;
}

async function still(scene: Scene, vision: Vision | undefined): Promise<Frame> {
  const width = WIDTH + 2 * MARGIN;
  const height = HEIGHT + 2 * MARGIN;
  const picture = sharp(join(photoFolder, scene.photo));
  const { width: photoWidth, height: photoHeight } = await picture.metadata();
  const cut = { width: Math.round(width / scene.scale), height: Math.round(height / scene.scale) };
  const left = clamp(Math.round(scene.centre[0] - cut.width / 2), 0, photoWidth - cut.width);
  const top = clamp(Math.round(scene.centre[1] - cut.height / 2), 0, photoHeight - cut.height);
  const data = await picture
    .extract({ left, top, ...cut })
    .resize(width, height)
    .removeAlpha()
    .raw()
    .toBuffer();
  const frame: Frame = { width, height, data };
  if (!scene.masked) return frame;
  const findings = await vision?.analyse(frame, { landmarks: true });
  if (!findings?.face?.mesh) throw new Error("no face to draw the mask on");
  drawSyntheticMask(frame, findings.face.mesh);
  return frame;
}

async function writeVideo(file: string, frame: Frame): Promise<void> {
  const out = createWriteStream(file, { mode: 0o600 });
  const noise = seededNoise(7);
  const pixels = Buffer.alloc(WIDTH * HEIGHT * 3);
  for (let i = 0; i < FRAMES; i++) {
    const phase = (2 * Math.PI * i) / FRAMES;
    // Whole turns within the loop: the video has no seam.
    const left = MARGIN + Math.round(6 * Math.sin(phase) + 3 * Math.sin(3 * phase));
    const top = MARGIN + Math.round(4 * Math.cos(2 * phase));
    expose(frame, { left, top, light: 1 + 0.05 * Math.sin(2 * phase) }, pixels, noise);
    const jpeg = await sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
      .jpeg({ quality: 90 })
      .toBuffer();
    if (!out.write(jpeg)) await new Promise<void>((resolve) => out.once("drain", () => resolve()));
  }
  out.end();
  await finished(out);
}

function expose(
  frame: Frame,
  view: { readonly left: number; readonly top: number; readonly light: number },
  into: Buffer,
  noise: () => number,
): void {
  for (let y = 0; y < HEIGHT; y++) {
    let from = ((view.top + y) * frame.width + view.left) * 3;
    let to = y * WIDTH * 3;
    for (let x = 0; x < WIDTH * 3; x++) into[to++] = clamp((frame.data[from++] ?? 0) * view.light + noise(), 0, 255);
  }
}

/** About normal, sigma 3 grey levels; a linear congruential generator, so that each run sees the same noise. */
function seededNoise(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return () => (uniform() + uniform() + uniform() - 1.5) * 6;
}

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
