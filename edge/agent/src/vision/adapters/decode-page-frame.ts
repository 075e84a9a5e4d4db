import { type Frame, overwrite } from "@wardkey/models";
import sharp from "sharp";

// A page sends 640x480; a camera that has no such mode may give up to this. A small file can hold a huge picture.
const MOST_PIXELS = 1_280 * 960;
const FIT = { width: 640, height: 480, fit: "inside", withoutEnlargement: true } as const;
const LEAST_SIDE = 32;

const isFrame = ({ width, height }: { readonly width: number; readonly height: number }): boolean =>
  Math.min(width, height) >= LEAST_SIDE;

/** Decodes a JPEG of the kiosk's page; undefined when it is anything else, damaged, or too large or small. */
export async function decodePageFrame(jpeg: Uint8Array): Promise<Frame | undefined> {
  try {
    const { format, width, height } = await sharp(jpeg, { limitInputPixels: MOST_PIXELS }).metadata();
    if (format !== "jpeg" || !isFrame({ width, height })) return undefined;
    const { data, info } = await sharp(jpeg, { limitInputPixels: MOST_PIXELS, failOn: "error" })
      .resize(FIT)
      .toColourspace("srgb")
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    // A strip's short side gets shorter still when the long one is made to fit.
    if (info.channels === 3 && isFrame(info)) return { width: info.width, height: info.height, data };
    overwrite(data);
    return undefined;
  } catch {
    return undefined;
  }
}
