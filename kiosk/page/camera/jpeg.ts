import type { PictureSource } from "./picture-source.js";

/** The size that the agent's detector works on. */
export const PICTURE = { width: 640, height: 480 };
const QUALITY = 0.85;

/** Draws at once and encodes afterwards, so that the picture may be released when the call returns. */
export function createJpegEncoder(): (picture: PictureSource) => Promise<Uint8Array | null> {
  const canvas = new OffscreenCanvas(PICTURE.width, PICTURE.height);
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  return async (picture) => {
    if (context === null) return null;
    const { x, y, width, height } = middleOf(sizeOf(picture));
    if (width === 0 || height === 0) return null;
    context.drawImage(picture, x, y, width, height, 0, 0, PICTURE.width, PICTURE.height);
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
    return new Uint8Array(await blob.arrayBuffer());
  };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function sizeOf(picture: PictureSource): Size {
  if (picture instanceof HTMLVideoElement) return { width: picture.videoWidth, height: picture.videoHeight };
  return { width: picture.displayWidth, height: picture.displayHeight };
}

/** The largest 4:3 part in the middle: a wide camera must not squeeze a face. */
export function middleOf({ width, height }: Size): Size & { readonly x: number; readonly y: number } {
  const wanted = PICTURE.width / PICTURE.height;
  const part = width / height > wanted ? { width: height * wanted, height } : { width, height: width / wanted || 0 };
  return { ...part, x: (width - part.width) / 2, y: (height - part.height) / 2 };
}
