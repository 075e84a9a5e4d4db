import type { Frame } from "../../frame/frame.js";
import { blurred, type Radiance, sampleLinear, toLinear } from "./light.js";
import { noiseAt } from "./print-surface.js";
import type { Draws } from "./seeded-draws.js";

/**
 * What is behind the thing that is held up. From the rim of another photo, where no face is, folded over and over; or, with
 * none, drawn: two lights, and things with soft edges.
 */
export function sceneBehind(other: Frame | undefined, draws: Draws): Radiance {
  return other === undefined ? drawnScene(draws) : rimOf(other, draws);
}

const rim = 0.2;

function rimOf(other: Frame, draws: Draws): Radiance {
  const picture = blurred(toLinear(other), draws.between(0, 2));
  const { width, height } = picture;
  const left = draws.chance(0.5) ? 0 : width * (1 - rim);
  const [shiftX, shiftY] = [draws.between(0, width), draws.between(0, height)];
  const grown = draws.between(0.5, 1.5);
  return (x, y, out) => {
    sampleLinear(picture, left + fold(x / grown + shiftX, width * rim), fold(y / grown + shiftY, height), out);
  };
}

function fold(place: number, length: number): number {
  const within = ((place % (2 * length)) + 2 * length) % (2 * length);
  return within < length ? within : 2 * length - within;
}

function drawnScene(draws: Draws): Radiance {
  const near = [draws.next(), draws.next(), draws.next()].map((value) => 0.6 * value ** 2);
  const far = [draws.next(), draws.next(), draws.next()].map((value) => 0.6 * value ** 2);
  const things = Array.from({ length: Math.floor(draws.between(0, 6)) }, () => ({
    across: draws.between(-0.2, 1),
    down: draws.between(-0.2, 1),
    size: draws.between(0.1, 0.6),
    soft: draws.between(5, 80),
    light: draws.between(0.2, 2),
  }));
  const [length, rough] = [draws.between(200, 600), draws.between(0, 0.15)];
  return (x, y, out) => {
    const share = Math.min(1, Math.max(0, (x + y) / (2 * length)));
    const texture = 1 + rough * (noiseAt(Math.floor(x / 4), Math.floor(y / 4)) - 0.5);
    let light = texture;
    for (const { across, down, size, soft, light: own } of things) {
      const inset = Math.min(
        x / length - across,
        across + size - x / length,
        y / length - down,
        down + size - y / length,
      );
      const cover = Math.min(1, Math.max(0, inset * soft));
      light *= 1 + (own - 1) * cover;
    }
    for (let channel = 0; channel < 3; channel++) {
      out[channel] = ((near[channel] ?? 0) * (1 - share) + (far[channel] ?? 0) * share) * light;
    }
  };
}
