import type { MaskDrawing } from "./mask-drawing.js";
import { lowerCorner, upperCorner } from "./mask-drawing.js";
import { bump, noise, step } from "./texture.js";

const pleats = [0.36, 0.53, 0.7];
const blue = [150, 196, 220] as const;
const white = [232, 238, 242] as const;

/** A pleated surgical mask: pale blue, white binding, nose wire, welded sides. */
export const surgical: MaskDrawing = {
  name: "surgical",
  topEdge: (x) => 0.125 * step(0.06, 0.55, Math.abs(x)) - 0.02 * step(0.7, 1.05, Math.abs(x)),
  bottomEdge: (x) => 1 - 0.36 * Math.min(1.2, Math.abs(x)) ** 2.8,
  halfWidth: (y) => 1.02 - 0.05 * step(0.1, 0.5, y) + 0.02 * noise(0, y * 6, 3),
  relief(x, y, inset) {
    const dome = 0.3 * (1 - x * x * 0.9) * Math.sin(Math.min(1, Math.max(0, y)) * Math.PI) ** 0.7;
    const nose = 0.16 * bump(x, 0.16) * bump(y - 0.2, 0.2);
    // Each pleat is a ledge: the cloth comes forward slowly and falls back at once, less towards the welded sides.
    const folds = pleats.reduce((sum, pleat, index) => {
      const away = y - pleat - 0.035 * (1 - x * x) * (index + 0.4);
      return sum + 0.03 * (1 - 0.7 * Math.abs(x)) * step(0, 0.016, -away) * step(-0.16, 0, away);
    }, 0);
    const wire = 0.014 * bump(inset - 9, 3) * step(0.6, 0.5, Math.abs(x)) * step(0.35, 0.25, y);
    const crease = 0.012 * noise(x * 5 + y * 3, y * 9, 11) + 0.006 * noise(x * 14, y * 22, 12);
    const weave = 0.0012 * noise(x * 130, y * 160, 13);
    return dome + nose + folds + wire + crease + weave;
  },
  colour(x, y, inset) {
    const binding = step(7, 6, inset) * step(0.5, 0.42, Math.abs(y - 0.5) < 0.3 && Math.abs(x) > 0.9 ? 1 : 0);
    const weld = Math.abs(x) > 0.88 && Math.sin(y * 330) > 0.55 && Math.sin(x * 190) > 0.2 ? 0.86 : 1;
    const stitch = Math.abs(inset - 10.5) < 1 && Math.sin((x + y) * 120) > 0.1 ? 0.88 : 1;
    const fibre = (1 + 0.02 * noise(x * 70, y * 90, 14)) * weld * stitch;
    return [0, 1, 2].map(
      (channel) => ((blue[channel] ?? 0) * (1 - binding) + (white[channel] ?? 0) * binding) * fibre,
    ) as unknown as readonly [number, number, number];
  },
  straps: {
    colour: [236, 238, 240],
    thickness: 0.02,
    bands: [
      { from: { x: -upperCorner.x + 0.06, y: upperCorner.y + 0.04 }, landmark: 127, beyond: 0.13 },
      { from: { x: upperCorner.x - 0.06, y: upperCorner.y + 0.04 }, landmark: 356, beyond: 0.13 },
      { from: { x: -lowerCorner.x + 0.06, y: lowerCorner.y - 0.02 }, landmark: 93, beyond: 0.13 },
      { from: { x: lowerCorner.x - 0.06, y: lowerCorner.y - 0.02 }, landmark: 323, beyond: 0.13 },
    ],
  },
};
