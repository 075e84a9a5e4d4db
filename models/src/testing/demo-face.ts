import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { decodeImage } from "../frame/decode-image.js";
import type { Frame } from "../frame/frame.js";

const demo = join(dirname(createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json")), "demo");

/** A face in a picture of the @vladmandic/face-api demo: picture, middle of the face, width of the face. */
export type DemoFace = readonly [picture: number, x: number, y: number, width: number];

export const woman: DemoFace = [3, 1183, 385, 232];
export const sameWoman: DemoFace = [1, 1574, 343, 157];

/** A 640x480 frame around a face, as it would stand before the kiosk's camera. */
export async function frameOf([picture, x, y, width]: DemoFace): Promise<Frame> {
  const file = join(demo, `sample${picture}.jpg`);
  const whole = await sharp(file).metadata();
  const height = Math.round(width * 2.4);
  const wide = Math.round((height * 4) / 3);
  const left = Math.max(0, Math.min(whole.width - wide, Math.round(x - wide / 2)));
  const top = Math.max(0, Math.min(whole.height - height, Math.round(y - height / 2)));
  const cut = sharp(file).extract({ left, top, width: wide, height }).resize(640, 480, { fit: "fill" });
  return decodeImage(await cut.png({ compressionLevel: 1 }).toBuffer());
}

/** What is shown of a frame, and where, on a frame of grey. */
export interface Placing {
  /** Side to side, of the frame's own size. */
  readonly scale?: number;
  /** Degrees, clockwise. */
  readonly turn?: number;
  readonly at?: { readonly left: number; readonly top: number };
  readonly light?: number;
  readonly blur?: number;
}

/** The frame smaller, turned, darker or blurred, on a frame of the same size. */
export async function shownAs(frame: Frame, placing: Placing): Promise<Frame> {
  const { scale = 1, turn = 0, at, light = 1, blur = 0 } = placing;
  const { width, height } = frame;
  const upright = sharp(frame.data, { raw: { width, height, channels: 3 } }).resize(
    Math.round(width * scale),
    Math.round(height * scale),
  );
  const turned = sharp(await upright.png().toBuffer()).rotate(turn, { background: "#777" });
  const { data: input, info } = await turned.png().toBuffer({ resolveWithObject: true });
  const place = at ?? { left: Math.round((width - info.width) / 2), top: Math.round((height - info.height) / 2) };
  const fitted = await sharp(input)
    .extract({
      left: Math.max(0, -place.left),
      top: Math.max(0, -place.top),
      width: Math.min(info.width, width),
      height: Math.min(info.height, height),
    })
    .png()
    .toBuffer();
  const canvas = sharp({ create: { width, height, channels: 3, background: "#777" } }).composite([
    { input: fitted, left: Math.max(0, place.left), top: Math.max(0, place.top) },
  ]);
  const whole = sharp(await canvas.png().toBuffer()).linear(light, 0);
  return decodeImage(await (blur > 0 ? whole.blur(blur) : whole).png().toBuffer());
}
