import { changeEach, cosineOfTurns, type LinearPicture, type Radiance, type Rgb, sampleLinear } from "./light.js";
import type { Draws } from "./seeded-draws.js";

/** How a display's pixel is made of lights: three stripes (LCD), staggered pairs (OLED), or too fine to be seen. */
export const screenLayouts = ["stripes", "staggered", "fine"] as const;
export type ScreenLayout = (typeof screenLayouts)[number];

/**
 * A photo on a display, in pixels of the photo: its lights, its gamma, a cool white, blacks that glow, bands of the
 * backlight, a dark bezel around it. Seen through a camera's own grid the lights give moire. `strength` is 0 to 1.
 * Takes the picture for itself.
 */
export function screenSurface(photo: LinearPicture, strength: number, draws: Draws): Radiance {
  const layout = draws.pick(screenLayouts);
  const perPixel = draws.between(0.55, 2.4);
  const [shiftX, shiftY] = [draws.next(), draws.next()];
  const gamma = draws.between(1 - 0.25 * strength, 1 + 0.45 * strength);
  const glow = draws.between(0, 0.02 + 0.05 * strength);
  const bright = draws.between(0.8, 1.1 + 0.3 * strength);
  const white: Rgb = [1 - 0.16 * strength * draws.next(), 1 - 0.03 * draws.next(), 1 + 0.16 * strength * draws.next()];
  const bezel = draws.between(0.002, 0.06);
  const lights = lightsOf(layout, draws.between(0.15, 0.35 + 0.65 * strength));
  const bands = draws.chance(0.4) ? 0.12 * strength * draws.next() : 0;
  const bandLength = photo.height / draws.between(1.5, 8);
  const ripple = rippleOf(strength, draws);
  changeEach(photo, (pixel) => {
    for (let channel = 0; channel < 3; channel++) {
      pixel[channel] = (glow + (1 - glow) * (pixel[channel] ?? 0) ** gamma) * bright * (white[channel] ?? 1);
    }
  });
  return (x, y, out) => {
    if (x < 0 || y < 0 || x >= photo.width || y >= photo.height) {
      out.fill(bezel);
      return;
    }
    const [across, down] = [x * perPixel + shiftX, y * perPixel + shiftY];
    const [column, row] = [Math.floor(across), Math.floor(down)];
    if (layout === "fine") sampleLinear(photo, x, y, out);
    else sampleLinear(photo, (column + 0.5 - shiftX) / perPixel, (row + 0.5 - shiftY) / perPixel, out);
    const level = 1 + bands * cosineOfTurns(y / bandLength);
    for (let channel = 0; channel < 3; channel++) {
      const light = lights(across - column, down - row, channel, row) * ripple(x, y, channel);
      out[channel] = (out[channel] ?? 0) * level * light;
    }
  };
}

type Lights = (x: number, y: number, channel: number, row: number) => number;

/** How bright a light is within its pixel; one on average. `share`: how much of the pattern the optics leave. */
function lightsOf(layout: ScreenLayout, share: number): Lights {
  switch (layout) {
    case "stripes":
      return (x, y, channel) => {
        const lit = Math.floor(x * 3) === channel && y < 0.88;
        return 1 + share * ((lit ? 3 / 0.88 : 0) - 1);
      };
    case "staggered":
      return (x, y, channel, row) => {
        // Green in every pixel, red and blue in turn (PenTile).
        const side = (row & 1) === 0 ? x : 1 - x;
        const lit = channel === 1 ? Math.abs(y - 0.25) < 0.25 : y >= 0.5 && side < 0.5 === (channel === 0);
        return 1 + share * ((lit ? (channel === 1 ? 2 : 4) : 0) - 1);
      };
    case "fine":
      return () => 1;
  }
}

/** The slow beat of two grids that a camera's own filter leaves of a pattern too fine for it, coloured a little. */
function rippleOf(strength: number, draws: Draws): Ripple {
  const height = draws.chance(0.7) ? draws.between(0.02, 0.04 + 0.22 * strength) : 0;
  const waves = [0, 1].map(() => {
    const angle = draws.between(0, Math.PI);
    const perPixel = 1 / draws.between(2.5, 24);
    return [Math.cos(angle) * perPixel, Math.sin(angle) * perPixel, draws.next()] as const;
  });
  const colour = draws.between(0, 0.33);
  const bend = draws.between(0, 0.004);
  return (x, y, channel) => {
    if (height === 0) return 1;
    let sum = 0;
    for (const [across, down, phase] of waves) {
      sum += cosineOfTurns(x * across + y * down + bend * x * y * across + phase + channel * colour);
    }
    return 1 + height * 0.5 * sum;
  };
}

type Ripple = (x: number, y: number, channel: number) => number;
