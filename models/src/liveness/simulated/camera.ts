import sharp from "sharp";
import type { Frame } from "../../frame/frame.js";
import { blurred, type LinearPicture, type Radiance, type Rgb, toByte } from "./light.js";
import type { Draws } from "./seeded-draws.js";

/** What a kiosk's camera does to whatever is before it, alive or not; drawn from the same ranges for both. */
export interface CameraLook {
  readonly exposure: number;
  readonly balance: Rgb;
  /** Light from one side: a share across and a share down. */
  readonly slope: readonly [number, number];
  readonly blur: number;
  readonly sharpening: number;
  readonly shotNoise: number;
  readonly readNoise: number;
  readonly quality: number;
}

export function drawCamera(draws: Draws): CameraLook {
  return {
    exposure: Math.exp(draws.normal() * 0.22),
    balance: [1 + draws.normal() * 0.05, 1, 1 + draws.normal() * 0.06],
    slope: [draws.normal() * 0.18, draws.normal() * 0.12],
    blur: draws.between(0, 1.1),
    sharpening: draws.chance(0.4) ? draws.between(0.1, 0.7) : 0,
    shotNoise: draws.between(0, 0.02),
    readNoise: draws.between(0, 0.008),
    quality: Math.round(draws.between(62, 97)),
  };
}

export interface Shot {
  readonly width: number;
  readonly height: number;
  /** Samples a side for each pixel of the sensor; more for what has fine structure. */
  readonly samples: number;
}

/** Collects the light of each pixel on a regular grid, as a sensor does: structure finer than the grid turns into moire. */
export function expose(radiance: Radiance, { width, height, samples }: Shot): LinearPicture {
  const data = new Float32Array(width * height * 3);
  const out: Rgb = [0, 0, 0];
  const share = 1 / (samples * samples);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      let [red, green, blue] = [0, 0, 0];
      for (let j = 0; j < samples; j++) {
        for (let i = 0; i < samples; i++) {
          radiance(x + (i + 0.5) / samples, y + (j + 0.5) / samples, out);
          red += out[0];
          green += out[1];
          blue += out[2];
        }
      }
      data[at] = red * share;
      data[at + 1] = green * share;
      data[at + 2] = blue * share;
    }
  }
  return { width, height, data };
}

/** Lens, sensor, tone curve and JPEG: the picture as the kiosk receives it. */
export async function develop(seen: LinearPicture, look: CameraLook, draws: Draws): Promise<Frame> {
  const { width, height } = seen;
  const lit = blurred(seen, look.blur);
  const soft = look.sharpening > 0 ? blurred(lit, 1) : lit;
  const bytes = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const light =
        look.exposure * Math.max(0.2, 1 + look.slope[0] * (x / width - 0.5) + look.slope[1] * (y / height - 0.5));
      for (let channel = 0; channel < 3; channel++, at++) {
        const edge = (lit.data[at] ?? 0) - (soft.data[at] ?? 0);
        const value = Math.max(0, (lit.data[at] ?? 0) + look.sharpening * edge) * light * (look.balance[channel] ?? 1);
        const noise = (draws.next() + draws.next() - 1) * 2.45;
        bytes[at] = toByte(value + noise * (look.shotNoise * Math.sqrt(value) + look.readNoise));
      }
    }
  }
  const jpeg = await sharp(bytes, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: look.quality })
    .toBuffer();
  return { width, height, data: await sharp(jpeg).removeAlpha().raw().toBuffer() };
}
