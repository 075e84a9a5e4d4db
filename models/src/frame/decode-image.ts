import sharp from "sharp";
import { ModelsError } from "../models-error.js";
import { type Frame, largestSide, smallestSide } from "./frame.js";

export interface DecodeOptions {
  /** The picture is made to cover a frame of this size, centred; without it, it keeps its own size up to 4096 a side. */
  readonly fit?: { readonly width: number; readonly height: number };
}

// 50 megapixels: any camera's picture, and at most 150 MB of RGB.
const largestPixels = 50_000_000;
// What cameras and phones write. Others, such as SVG and PDF, are programs to be run, not pictures to be read.
const formats: ReadonlySet<string> = new Set(["jpeg", "png", "webp", "gif", "tiff", "heif"]);

/**
 * Decodes a picture file, or its bytes, to an RGB frame: EXIF rotation applied, transparency on black, grey and CMYK
 * turned into RGB, of an animation the first picture. JPEG, PNG, WebP, GIF, TIFF
 * and HEIF, whatever the file is called. Refuses with `image-unreadable`, `image-too-large` or `image-too-small`.
 */
export async function decodeImage(source: string | Uint8Array, options: DecodeOptions = {}): Promise<Frame> {
  const file = typeof source === "string" ? { file: source } : {};
  const { width, height, format } = await readHeader(source, file);
  if (!formats.has(format)) throw unreadable(file, undefined);
  if (width * height > largestPixels) {
    throw new ModelsError("image-too-large", `${width}x${height} pixels`, {
      ...file,
      remedy: "Give a picture of at most 50 megapixels.",
    });
  }
  // A strip that is too long is made smaller, and its other side with it.
  const shrunk = options.fit === undefined ? Math.min(1, largestSide / Math.max(width, height)) : 1;
  if (Math.round(Math.min(width, height) * shrunk) < smallestSide) {
    throw new ModelsError("image-too-small", `${width}x${height} pixels`, {
      ...file,
      remedy: `Give a picture of at least ${smallestSide} pixels a side, and no strip.`,
    });
  }
  const shape =
    options.fit === undefined
      ? ({ width: largestSide, height: largestSide, fit: "inside", withoutEnlargement: true } as const)
      : ({ ...options.fit, fit: "cover" } as const);
  try {
    const { data, info } = await sharp(source, { limitInputPixels: largestPixels, failOn: "error" })
      .rotate()
      .resize(shape)
      .flatten()
      .toColourspace("srgb")
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data: threeChannels(data, info.channels) };
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

async function readHeader(source: string | Uint8Array, file: { readonly file?: string }) {
  try {
    return await sharp(source, { limitInputPixels: false }).metadata();
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function threeChannels(data: Buffer, channels: number): Uint8Array {
  if (channels === 3) return data;
  const rgb = new Uint8Array((data.length / channels) * 3);
  for (let from = 0, to = 0; to < rgb.length; from += channels, to += 3) {
    rgb.fill(data[from] ?? 0, to, to + 3);
  }
  return rgb;
}

function unreadable(file: { readonly file?: string }, cause: unknown): ModelsError {
  return new ModelsError("image-unreadable", "the picture cannot be decoded", {
    ...file,
    remedy: "Give a whole JPEG, PNG or WebP file.",
    cause,
  });
}
