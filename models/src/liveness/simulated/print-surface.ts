import { changeEach, cosineOfTurns, type LinearPicture, type Radiance, type Rgb, sampleLinear } from "./light.js";
import type { Draws } from "./seeded-draws.js";

/** How ink was put on the paper. */
export const printProcesses = ["halftone", "inkjet", "photo-paper"] as const;
export type PrintProcess = (typeof printProcesses)[number];

// Screen angles of offset printing for what cyan, magenta and yellow ink absorb: red, green and blue (degrees).
const screenAngles = [15, 75, 0];

/**
 * A photo as ink on paper, in pixels of the photo: the narrower range of paper, less colour, a cast, the grain or the
 * dots of the process, the paper's own white around it. `strength`, 0 to 1, is how much of it shows. Takes the
 * picture for itself.
 */
export function printSurface(photo: LinearPicture, strength: number, draws: Draws): Radiance {
  const process = draws.pick(printProcesses);
  const black = draws.between(0.01, 0.03 + 0.09 * strength);
  const paper = draws.between(0.95 - 0.25 * strength, 0.95);
  const greying = draws.between(0, 0.1 + 0.3 * strength);
  const contrast = draws.between(1 - 0.15 * strength, 1 + 0.35 * strength);
  const cast: Rgb = [1, 1, 1].map((one) => one + draws.normal() * 0.04 * strength) as Rgb;
  const dots = dotsOf(process, strength, draws);
  const grain = 0.05 * strength * draws.next();
  changeEach(photo, (pixel) => {
    const grey = (0.2126 * pixel[0] + 0.7152 * pixel[1] + 0.0722 * pixel[2]) * greying;
    for (let channel = 0; channel < 3; channel++) {
      pixel[channel] = Math.min(1, Math.max(0, (pixel[channel] ?? 0) * (1 - greying) + grey)) ** contrast;
    }
  });
  return (x, y, out) => {
    if (x < 0 || y < 0 || x >= photo.width || y >= photo.height) {
      out.fill(paper);
      return;
    }
    sampleLinear(photo, x, y, out);
    const texture = 1 + grain * (noiseAt(Math.floor(x * 3), Math.floor(y * 3)) - 0.5);
    for (let channel = 0; channel < 3; channel++) {
      const inked = dots(x, y, channel, out[channel] ?? 0);
      out[channel] = (black + (paper - black) * inked) * (cast[channel] ?? 1) * texture;
    }
  };
}

type Dots = (x: number, y: number, channel: number, wanted: number) => number;

function dotsOf(process: PrintProcess, strength: number, draws: Draws): Dots {
  const share = draws.between(0.25, 0.5 + 0.5 * strength);
  switch (process) {
    case "halftone": {
      const perPixel = draws.between(0.22, 0.7);
      const turned = draws.between(0, 90);
      const axes = screenAngles.map((angle) => {
        const radians = ((angle + turned) * Math.PI) / 180;
        return [Math.cos(radians) * perPixel, Math.sin(radians) * perPixel] as const;
      });
      const softness = draws.between(0.15, 0.4);
      return (x, y, channel, wanted) => {
        const [across = 0, down = 0] = axes[channel] ?? [];
        const height = 0.5 + 0.25 * (cosineOfTurns(x * across + y * down) + cosineOfTurns(y * across - x * down));
        const inked = Math.min(1, Math.max(0, 0.5 + (wanted - height) / softness));
        return wanted + (inked - wanted) * share;
      };
    }
    case "inkjet": {
      const perPixel = draws.between(0.9, 2.2);
      return (x, y, channel, wanted) => {
        const threshold = noiseAt(Math.floor(x * perPixel) + channel * 7919, Math.floor(y * perPixel));
        return wanted + ((wanted > threshold ? 1 : 0) - wanted) * share * 0.6;
      };
    }
    case "photo-paper":
      return (_x, _y, _channel, wanted) => wanted;
  }
}

/** White noise of a lattice, 0 to 1: the same at the same place. */
export function noiseAt(x: number, y: number): number {
  let mixed = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
  return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32;
}
