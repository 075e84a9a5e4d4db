import type { MaskDrawing } from "./mask-drawing.js";
import { lowerCorner, upperCorner } from "./mask-drawing.js";
import { bump, noise, step } from "./texture.js";

const ground = [52, 74, 104] as const;
const flower = [214, 160, 96] as const;
const leaf = [196, 204, 198] as const;
const hem = [34, 46, 66] as const;

/** A home-made cloth mask: blue with a printed pattern, a seam down the middle, stitched hems, creases at the sides. */
export const cloth: MaskDrawing = {
  name: "cloth",
  topEdge: (x) => 0.15 * step(0.04, 0.62, Math.abs(x)) - 0.05 * step(0.62, 1.05, Math.abs(x)),
  bottomEdge: (x) => 1 - 0.34 * Math.min(1.2, Math.abs(x)) ** 2.3,
  halfWidth: (y) => 1.03 - 0.06 * bump(y - 0.4, 0.2) + 0.012 * noise(0, y * 9, 31),
  relief(x, y, inset) {
    const dome = 0.42 * (1 - 0.85 * x * x) * Math.sin(Math.min(1, Math.max(0, y)) * Math.PI) ** 0.8;
    const keel = 0.14 * bump(x, 0.1) * step(1.05, 0.6, y);
    const seam = -0.022 * bump(x - 0.006, 0.014);
    const hemmed = 0.016 * step(9, 6, inset) - 0.01 * bump(inset - 9, 1.6);
    const sides = step(0.35, 0.95, Math.abs(x));
    const creases = 0.03 * sides * noise(x * 3, y * 13 + x * x * 4, 32) + 0.012 * noise(x * 6, y * 8, 33);
    const weave = 0.0022 * Math.sin(x * 420) * Math.sin(y * 640);
    return dome + keel + seam + hemmed + creases + weave;
  },
  colour(x, y, inset) {
    const stitch = Math.abs(inset - 7) < 0.8 && Math.sin((x * 1.3 + y) * 110) > -0.1;
    const base = inset < 8.5 ? hem : printAt(x, y);
    const fibre = (stitch ? 1.9 : 1) * (1 + 0.05 * noise(x * 110, y * 170, 34));
    return base.map((value) => Math.min(250, value * fibre)) as unknown as readonly [number, number, number];
  },
  straps: {
    colour: [40, 50, 66],
    thickness: 0.026,
    bands: [
      { from: { x: -upperCorner.x + 0.05, y: upperCorner.y + 0.06 }, landmark: 127, beyond: 0.13 },
      { from: { x: upperCorner.x - 0.05, y: upperCorner.y + 0.06 }, landmark: 356, beyond: 0.13 },
      { from: { x: -lowerCorner.x + 0.05, y: lowerCorner.y - 0.04 }, landmark: 93, beyond: 0.13 },
      { from: { x: lowerCorner.x - 0.05, y: lowerCorner.y - 0.04 }, landmark: 323, beyond: 0.13 },
    ],
  },
};

/** Flowers of five petals in staggered rows, leaves between them; closer together where the cloth turns away. */
function printAt(x: number, y: number): readonly [number, number, number] {
  const across = Math.asin(Math.max(-1, Math.min(1, x / 1.25))) * 5.2;
  const down = y * 8;
  const row = Math.floor(down);
  const shifted = across + (row % 2) / 2;
  const [u, v] = [shifted - Math.floor(shifted) - 0.5, down - row - 0.5];
  const [radius, angle] = [Math.hypot(u, v), Math.atan2(v, u)];
  if (radius < 0.07) return leaf;
  if (radius < 0.2 + 0.09 * Math.cos(5 * angle + row)) return flower;
  const leaves = Math.hypot((Math.abs(u) - 0.4) * 1.2, (v + u * 0.6) * 2.6);
  return leaves < 0.16 ? leaf : ground;
}
