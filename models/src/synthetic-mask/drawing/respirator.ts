import { letteringAt } from "./lettering.js";
import type { MaskDrawing } from "./mask-drawing.js";
import { lowerCorner, upperCorner } from "./mask-drawing.js";
import { bump, noise, step } from "./texture.js";

const paper = [226, 225, 219] as const;
const metal = [150, 153, 156] as const;

/** A cup-shaped filtering half mask (FFP2): off-white, a metal clip on the nose, a pressed rim, two straps. */
export const respirator: MaskDrawing = {
  name: "respirator",
  topEdge: (x) => 0.16 * step(0.05, 0.75, Math.abs(x)) - 0.03 * bump(Math.abs(x) - 1, 0.2),
  bottomEdge: (x) => 1 - 0.4 * Math.min(1.2, Math.abs(x)) ** 2.4,
  halfWidth: (y) => 1.03 - 0.1 * step(0.35, 0.0, y) - 0.03 * step(0.6, 0.9, y),
  relief(x, y, inset) {
    const depth = Math.max(0, 1 - (x / 1.12) ** 2 - ((y - 0.52) / 0.62) ** 2);
    const cup = 0.62 * Math.sqrt(depth + 0.02);
    const nose = 0.1 * bump(x, 0.2) * bump(y - 0.14, 0.16);
    const rim = -0.035 * step(13, 9, inset) + 0.018 * bump(inset - 11, 2);
    const clip = 0.012 * clipAt(x, y);
    const ridge = 0.012 * bump(y - 0.47 - 0.03 * x * x, 0.012);
    const pressed = 0.0022 * Math.max(0, Math.sin(x * 90) * Math.sin(y * 142));
    return (
      cup + nose + rim + clip + ridge + pressed + 0.0015 * noise(x * 90, y * 140, 21) + 0.004 * noise(x * 7, y * 9, 22)
    );
  },
  colour(x, y, inset) {
    const clip = clipAt(x, y);
    const print = letteringAt((x + 0.3) / 0.6, (y - 0.6) / 0.09) ? 0.42 : 1;
    const weld = Math.abs(inset - 6) < 1.6 && Math.sin((x - y * 1.6) * 95) > -0.2 ? 0.9 : 1;
    const fibre = (1 + 0.03 * noise(x * 60, y * 95, 23)) * print * weld;
    return [0, 1, 2].map(
      (channel) => ((paper[channel] ?? 0) * (1 - clip) + (metal[channel] ?? 0) * clip) * fibre,
    ) as unknown as readonly [number, number, number];
  },
  straps: {
    colour: [228, 196, 92],
    thickness: 0.03,
    bands: [
      { from: { x: -upperCorner.x + 0.08, y: upperCorner.y + 0.2 }, landmark: 162, beyond: 0.1 },
      { from: { x: upperCorner.x - 0.08, y: upperCorner.y + 0.2 }, landmark: 389, beyond: 0.1 },
      { from: { x: -lowerCorner.x + 0.1, y: lowerCorner.y }, landmark: 132, beyond: 0.1 },
      { from: { x: lowerCorner.x - 0.1, y: lowerCorner.y }, landmark: 361, beyond: 0.1 },
    ],
  },
};

/** How much of a point is the metal clip over the nose. */
function clipAt(x: number, y: number): number {
  return step(0.44, 0.42, Math.abs(x)) * step(0.022, 0.016, Math.abs(y - 0.075 - 0.13 * step(0.05, 0.75, Math.abs(x))));
}
