import type { Frame } from "../../frame/frame.js";

/** RGB in linear light: 1 is what the camera shows as white at plain exposure. */
export type Rgb = [red: number, green: number, blue: number];

/** A picture in linear light, `width * height * 3` numbers. */
export interface LinearPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** What comes from one point of something seen; written into `out`, because it is asked millions of times. */
export type Radiance = (x: number, y: number, out: Rgb) => void;

const linearOfByte = Float32Array.from({ length: 256 }, (_, byte) => decodeSrgb(byte / 255));

/** IEC 61966-2-1. */
function decodeSrgb(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

// By the square root of the light, which spreads the dark end out as the curve does.
const byteOfRoot = Uint8Array.from({ length: 2049 }, (_, root) => Math.round(encodeSrgb((root / 2048) ** 2) * 255));

/** IEC 61966-2-1. */
function encodeSrgb(linear: number): number {
  return linear <= 0.0031308 ? linear * 12.92 : 1.055 * linear ** (1 / 2.4) - 0.055;
}

/** The byte of a light; clips. */
export function toByte(linear: number): number {
  if (linear <= 0) return 0;
  return linear >= 1 ? 255 : (byteOfRoot[Math.round(Math.sqrt(linear) * 2048)] ?? 0);
}

export function toLinear({ width, height, data }: Frame): LinearPicture {
  const linear = new Float32Array(data.length);
  for (let at = 0; at < data.length; at++) linear[at] = linearOfByte[data[at] ?? 0] ?? 0;
  return { width, height, data: linear };
}

/** Changes every pixel by itself, in place. */
export function changeEach({ data }: LinearPicture, change: (pixel: Rgb) => void): void {
  const pixel: Rgb = [0, 0, 0];
  for (let at = 0; at < data.length; at += 3) {
    pixel[0] = data[at] ?? 0;
    pixel[1] = data[at + 1] ?? 0;
    pixel[2] = data[at + 2] ?? 0;
    change(pixel);
    data[at] = pixel[0];
    data[at + 1] = pixel[1];
    data[at + 2] = pixel[2];
  }
}

const cosines = Float32Array.from({ length: 1024 }, (_, i) => Math.cos((i / 1024) * 2 * Math.PI));

/** The cosine of so many whole turns, from a table: dots and moire ask for it millions of times. */
export function cosineOfTurns(turns: number): number {
  return cosines[Math.floor(turns * 1024) & 1023] ?? 0;
}

/** Bilinear; what lies outside is the nearest point of the border. `x` and `y` count from the corner of the first pixel. */
export function sampleLinear({ width, height, data }: LinearPicture, x: number, y: number, out: Rgb): void {
  const u = Math.min(Math.max(x - 0.5, 0), width - 1);
  const v = Math.min(Math.max(y - 0.5, 0), height - 1);
  const left = u | 0;
  const top = v | 0;
  const fx = u - left;
  const fy = v - top;
  const at = (top * width + left) * 3;
  const right = left < width - 1 ? 3 : 0;
  const below = top < height - 1 ? width * 3 : 0;
  const w11 = fx * fy;
  const w01 = fx - w11;
  const w10 = fy - w11;
  const w00 = 1 - fx - w10;
  for (let channel = 0; channel < 3; channel++) {
    const from = at + channel;
    out[channel] =
      (data[from] ?? 0) * w00 +
      (data[from + right] ?? 0) * w01 +
      (data[from + below] ?? 0) * w10 +
      (data[from + below + right] ?? 0) * w11;
  }
}

/** Gaussian blur, separable; `sigma` in pixels. */
export function blurred(picture: LinearPicture, sigma: number): LinearPicture {
  if (sigma < 0.15) return picture;
  const reach = Math.ceil(sigma * 2.5);
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)));
  const total = kernel.reduce((sum, weight) => sum + weight, 0);
  const weights = Float32Array.from(kernel, (weight) => weight / total);
  return pass(pass(picture, weights, "across"), weights, "down");
}

function pass({ width, height, data }: LinearPicture, weights: Float32Array, way: "across" | "down"): LinearPicture {
  const result = new Float32Array(data.length);
  const reach = (weights.length - 1) / 2;
  const length = way === "across" ? width : height;
  const step = way === "across" ? 3 : width * 3;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      const place = way === "across" ? x : y;
      let [red, green, blue] = [0, 0, 0];
      for (let i = -reach; i <= reach; i++) {
        const from = at + (Math.min(Math.max(place + i, 0), length - 1) - place) * step;
        const weight = weights[i + reach] ?? 0;
        red += (data[from] ?? 0) * weight;
        green += (data[from + 1] ?? 0) * weight;
        blue += (data[from + 2] ?? 0) * weight;
      }
      result[at] = red;
      result[at + 1] = green;
      result[at + 2] = blue;
    }
  }
  return { width, height, data: result };
}
