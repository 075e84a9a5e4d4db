import { decodeImage, type Frame } from "@wardkey/models";
import sharp from "sharp";

const quality = 95;

/**
 * The photo as from `farther` times as far: smaller, in a frame of its own size whose rim goes on outwards. Simulated: a
 * distant camera's noise and compression are not in it.
 */
export async function farAway({ width, height, data }: Frame, farther: number): Promise<Frame> {
  const small = { width: Math.round(width / farther), height: Math.round(height / farther) };
  const [left, top] = [Math.round((width - small.width) / 2), Math.round((height - small.height) / 2)];
  const jpeg = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(small.width, small.height)
    .extend({
      left,
      top,
      right: width - small.width - left,
      bottom: height - small.height - top,
      extendWith: "copy",
    })
    .jpeg({ quality })
    .toBuffer();
  return decodeImage(jpeg);
}
