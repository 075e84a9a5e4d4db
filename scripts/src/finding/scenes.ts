import type { Frame, Point } from "@wardkey/models";
import { sequence } from "@wardkey/models/measuring";
import sharp from "sharp";

/** How a photo is shown to the camera: a simulation of distance, tilt and light, on a 640x480 frame. */
export interface Scene {
  readonly name: string;
  /** Pixels between the eyes; the photo's own pixels, in a frame of its own size, when absent. */
  readonly eyes?: number;
  /** Cut so close that the face fills the frame, from brow to chin. */
  readonly tight?: boolean;
  /** Degrees, clockwise. */
  readonly tilt?: number;
  /** Share of the light that is left; the noise of the sensor stays. */
  readonly light?: number;
  readonly masked?: boolean;
  /** The face is covered by what stands beside it: nothing is to be found. */
  readonly emptied?: boolean;
}

// A camera with a field of view of 65 degrees across 640 pixels shows eyes 63 mm apart as 63 pixels at half a metre.
const distances = [126, 63, 42, 32, 28, 21, 16];
const tilts = [-45, -30, -15, 15, 30, 45];
const usual = 45;

export const scenes: readonly Scene[] = [
  { name: "photo" },
  { name: "photo, masked", masked: true },
  { name: "cut close", tight: true },
  { name: "cut close, masked", tight: true, masked: true },
  ...distances.map((eyes) => ({ name: `eyes ${eyes} px apart`, eyes })),
  ...distances.map((eyes) => ({ name: `eyes ${eyes} px apart, masked`, eyes, masked: true })),
  ...tilts.map((tilt) => ({ name: `tilted ${tilt} degrees`, tilt, eyes: usual })),
  ...[-45, -30, 30, 45].map((tilt) => ({ name: `tilted ${tilt} degrees, masked`, tilt, eyes: usual, masked: true })),
  ...[90, 180].map((tilt) => ({ name: `turned ${tilt} degrees`, tilt, eyes: usual })),
  ...[0.3, 0.2, 0.1].map((light) => ({ name: `${light} of the light`, light, eyes: usual })),
  ...[0.3, 0.2, 0.1].map((light) => ({ name: `${light} of the light, masked`, light, eyes: usual, masked: true })),
  { name: "dark and far", light: 0.2, eyes: 28 },
  { name: "tilted, dark, far and masked", tilt: 30, light: 0.3, eyes: 28, masked: true },
  { name: "emptied", eyes: usual, emptied: true },
  { name: "emptied, dark", eyes: usual, emptied: true, light: 0.2 },
];

const frameSize = { width: 640, height: 480 };
const noiseLevels = 2.5;

export interface Shown {
  readonly frame: Frame;
  /** Where the eyes of the face are now. */
  readonly eyes: readonly [Point, Point];
}

/** Shows a photo as a scene says. `eyes` are those in the photo; `seed` varies place and noise, the same at each run. */
export async function showScene(
  photo: Frame,
  eyes: readonly [Point, Point],
  { scene, seed }: { readonly scene: Scene; readonly seed: number },
): Promise<Shown> {
  const random = sequence(seed);
  const source = scene.emptied === true ? coverFace(photo, eyes) : photo;
  if (scene.tight === true) return cutClose(source, eyes);
  if (scene.eyes === undefined) return { frame: source, eyes };
  const scale = scene.eyes / Math.max(1, distanceOf(eyes));
  const size = { width: Math.round(photo.width * scale), height: Math.round(photo.height * scale) };
  const resized = await sharp(source.data, { raw: { width: photo.width, height: photo.height, channels: 3 } })
    .resize({ ...size, fit: "fill" })
    .raw()
    .toBuffer();
  const [sx, sy] = [size.width / photo.width, size.height / photo.height];
  const moved = eyes.map(({ x, y }) => ({ x: x * sx, y: y * sy }));
  const middle = middleOf(moved);
  // Somebody before a kiosk stands roughly, not exactly, in the middle.
  const place = {
    x: frameSize.width * (0.5 + (random() - 0.5) * 0.3),
    y: frameSize.height * (0.42 + (random() - 0.5) * 0.16),
  };
  const angle = ((scene.tilt ?? 0) * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const frame = turnInto({ ...size, data: resized }, { middle, place, cos, sin });
  darken(frame.data, scene.light ?? 1, random);
  const [left = place, right = place] = moved.map(({ x, y }) => {
    const [dx, dy] = [x - middle.x, y - middle.y];
    return { x: place.x + cos * dx - sin * dy, y: place.y + sin * dx + cos * dy };
  });
  return { frame, eyes: [left, right] };
}

function cutClose(photo: Frame, eyes: readonly [Point, Point]): Shown {
  const [middle, apart] = [middleOf(eyes), distanceOf(eyes)];
  const left = Math.max(0, Math.round(middle.x - 1.2 * apart));
  const top = Math.max(0, Math.round(middle.y - 0.9 * apart));
  const width = Math.min(photo.width, Math.round(middle.x + 1.2 * apart)) - left;
  const height = Math.min(photo.height, Math.round(middle.y + 2.1 * apart)) - top;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((y + top) * photo.width + left) * 3;
    data.set(photo.data.subarray(from, from + width * 3), y * width * 3);
  }
  const moved = ({ x, y }: Point): Point => ({ x: x - left, y: y - top });
  return { frame: { width, height, data }, eyes: [moved(eyes[0]), moved(eyes[1])] };
}

/** Beyond the photo its border goes on: no edge that a camera would not show, and no second face. */
function turnInto(
  { width, height, data }: Frame,
  { middle, place, cos, sin }: { middle: Point; place: Point; cos: number; sin: number },
): Frame {
  const out = new Uint8Array(frameSize.width * frameSize.height * 3);
  for (let y = 0, to = 0; y < frameSize.height; y++) {
    for (let x = 0; x < frameSize.width; x++, to += 3) {
      const [dx, dy] = [x + 0.5 - place.x, y + 0.5 - place.y];
      const u = Math.min(width - 1, Math.max(0, middle.x + cos * dx + sin * dy - 0.5));
      const v = Math.min(height - 1, Math.max(0, middle.y - sin * dx + cos * dy - 0.5));
      const [column, row] = [Math.floor(u), Math.floor(v)];
      const [fx, fy] = [u - column, v - row];
      const at = (row * width + column) * 3;
      const right = column < width - 1 ? 3 : 0;
      const below = row < height - 1 ? width * 3 : 0;
      for (let channel = 0; channel < 3; channel++) {
        const from = at + channel;
        const upper = (data[from] ?? 0) * (1 - fx) + (data[from + right] ?? 0) * fx;
        const lower = (data[from + below] ?? 0) * (1 - fx) + (data[from + below + right] ?? 0) * fx;
        out[to + channel] = Math.round(upper * (1 - fy) + lower * fy);
      }
    }
  }
  return { ...frameSize, data: out };
}

function darken(data: Uint8Array, light: number, random: () => number): void {
  for (let i = 0; i < data.length; i++) {
    // The sum of three even numbers is close enough to a sensor's noise.
    const noise = (random() + random() + random() - 1.5) * 2 * noiseLevels;
    data[i] = Math.min(255, Math.max(0, Math.round((data[i] ?? 0) * light + noise)));
  }
}

/** Covers head and shoulders by the column beside them, carried across. */
function coverFace(photo: Frame, eyes: readonly [Point, Point]): Frame {
  const [middle, reach] = [middleOf(eyes), distanceOf(eyes) * 2.2];
  const data = Uint8Array.from(photo.data);
  const from = Math.max(0, Math.round(middle.x - reach));
  const to = Math.min(photo.width - 1, Math.round(middle.x + reach));
  for (let y = 0; y < photo.height; y++) {
    const row = y * photo.width;
    const [start, end] = [(row + from) * 3, (row + to) * 3];
    for (let x = from; x <= to; x++) {
      const share = (x - from) / Math.max(1, to - from);
      for (let channel = 0; channel < 3; channel++) {
        const [left = 0, right = 0] = [photo.data[start + channel], photo.data[end + channel]];
        data[(row + x) * 3 + channel] = Math.round(left * (1 - share) + right * share);
      }
    }
  }
  return { ...photo, data };
}

export function middleOf(points: readonly Point[]): Point {
  const sum = points.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}

export function distanceOf([left, right]: readonly [Point, Point]): number {
  return Math.hypot(right.x - left.x, right.y - left.y);
}
