import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import sharp from "sharp";

const photos = join(dirname(createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json")), "demo");
const run = promisify(execFile);

/** A face in one of the photos that come with face-api: where it is, and how wide a piece of the photo to show. */
export interface Still {
  readonly photo: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** The same woman in two photos, and others. */
export const STILLS = {
  woman: { photo: "sample3.jpg", x: 1183, y: 385, width: 800 },
  womanElsewhere: { photo: "sample1.jpg", x: 1574, y: 343, width: 640 },
  stranger: { photo: "sample6.jpg", x: 777, y: 498, width: 800 },
  anotherStranger: { photo: "sample2.jpg", x: 970, y: 357, width: 480 },
  group: { photo: "sample2.jpg", x: 960, y: 480, width: 1_280 },
} as const satisfies Record<string, Still>;

/** A still that moves a little in changing light, with a sensor's noise: a camera's picture, simulated. */
export function film(still: Still, folder: string, seconds = 3): Promise<string> {
  const { photo, x, y, width } = still;
  const height = (width * 3) / 4;
  const corner = (at: number, side: number, sway: string): string => `'max(0,${at - side / 2}+${sway})'`;
  const crop = `crop=${width}:${height}:${corner(x, width, "5*sin(n/6)")}:${corner(y, height, "4*cos(n/5)")}`;
  const filters = `${crop},scale=640:480,eq=brightness='0.03*sin(n/7)':eval=frame,noise=alls=6:allf=t`;
  return make(["-loop", "1", "-framerate", "15", "-i", join(photos, photo)], filters, { folder, seconds });
}

/** One JPEG of 640x480, as a page would send it. */
export function pictureOf({ photo, x, y, width }: Still): Promise<Buffer> {
  const height = (width * 3) / 4;
  return sharp(join(photos, photo))
    .extract({ left: x - width / 2, top: Math.max(0, y - height / 2), width, height })
    .resize({ width: 640, height: 480 })
    .jpeg({ quality: 90 })
    .toBuffer();
}

const STRIPES = Buffer.from(
  `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"><defs>
<pattern id="p" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(7)">
<rect width="2" height="4" fill="#fff" fill-opacity="0.28"/><rect width="4" height="1" fill="#000" fill-opacity="0.25"/>
</pattern></defs><rect x="96" y="72" width="448" height="336" fill="url(#p)"/></svg>`,
);

/** Simulated: the same picture on a display that is held up, with its frame, its rows of light and a cooler white. */
export async function heldUpPictureOf(still: Still, aside = 0): Promise<Buffer> {
  const shown = await sharp(await pictureOf(still))
    .resize({ width: 448, height: 336 })
    .modulate({ brightness: 1.15, saturation: 0.85 })
    .recomb([
      [0.92, 0, 0],
      [0, 1, 0],
      [0, 0, 1.1],
    ])
    .extend({ top: 14, bottom: 14, left: 14, right: 14, background: "#101012" })
    .toBuffer();
  const scene = sharp({ create: { width: 640, height: 480, channels: 3, background: "#7d7468" } });
  const pieces = [
    { input: shown, left: 82 + aside, top: 58 },
    { input: STRIPES, left: 0, top: 0 },
  ];
  return scene.composite(pieces).jpeg({ quality: 88 }).toBuffer();
}

/** One picture that never changes. */
export function frozenFilm(still: Still, folder: string): Promise<string> {
  const { photo, x, y, width } = still;
  const height = (width * 3) / 4;
  const filters = `crop=${width}:${height}:${x - width / 2}:${Math.max(0, y - height / 2)},scale=640:480`;
  return make(["-loop", "1", "-framerate", "15", "-i", join(photos, photo)], filters, { folder, seconds: 3 });
}

/** A covered lens, or an empty room of one grey. */
export function plainFilm(colour: "black" | "gray", folder: string): Promise<string> {
  const source = `color=c=${colour}:s=640x480:r=15`;
  return make(["-f", "lavfi", "-i", source], "noise=alls=4:allf=t", { folder, seconds: 2 });
}

async function make(
  input: readonly string[],
  filters: string,
  { folder, seconds }: { folder: string; seconds: number },
): Promise<string> {
  made += 1;
  const file = join(folder, `film-${made}.avi`);
  const output = ["-t", `${seconds}`, "-vf", filters, "-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj420p", file];
  await run("ffmpeg", ["-hide_banner", "-loglevel", "error", "-y", ...input, ...output]);
  return file;
}

let made = 0;
