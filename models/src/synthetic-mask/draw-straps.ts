import type { FaceMesh } from "../face/face-mesh.js";
import type { Frame, Point } from "../frame/frame.js";
import type { FacePlaces } from "./face-places.js";
import type { MaskTemplate } from "./mask-template.js";
import { thinPlate } from "./thin-plate.js";

interface Straps {
  readonly places: FacePlaces;
  readonly straps: MaskTemplate["straps"];
  readonly light: (x: number, y: number) => number;
}

// The side of a turned face that is foreshortened to less than this hides its ear.
const leastSide = 0.3;

/** Draws the bands from the mask to the ears or the back of the head, slightly sagging, in place. */
export function drawStraps(frame: Frame, mesh: FaceMesh, { places, straps, light }: Straps): void {
  const toFace = thinPlate(places.inPicture, places.onFace);
  const [left, nose, right] = places.onFace;
  if (toFace === undefined || left === undefined || nose === undefined || right === undefined) return;
  const across = { x: (right.x - left.x) / places.unit, y: (right.y - left.y) / places.unit };
  const noseAt = ((nose.x - left.x) * across.x + (nose.y - left.y) * across.y) / places.unit;
  for (const { from, landmark, beyond } of straps.bands) {
    const start = { x: 0, y: 0 };
    toFace(from.x, from.y, start);
    const goal = mesh.at(landmark);
    const offset = (goal.x - places.middle.x) * across.x + (goal.y - places.middle.y) * across.y;
    const side = offset < 0 ? noseAt : 1 - noseAt;
    if (side < leastSide) continue;
    const reach = Math.sign(offset) * beyond * places.unit;
    const end = { x: goal.x + across.x * reach, y: goal.y + across.y * reach };
    drawBand(frame, { start, end, thickness: straps.thickness * places.unit, colour: straps.colour, light });
  }
}

interface Band {
  readonly start: Point;
  readonly end: Point;
  readonly thickness: number;
  readonly colour: readonly [number, number, number];
  readonly light: (x: number, y: number) => number;
}

function drawBand(frame: Frame, { start, end, thickness, colour, light }: Band): void {
  const half = Math.max(0.5, thickness / 2);
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  const squared = Math.max(1e-6, dx * dx + dy * dy);
  const low = (a: number, b: number) => Math.max(0, Math.floor(Math.min(a, b) - half - 1));
  const high = (a: number, b: number, limit: number) => Math.min(limit - 1, Math.ceil(Math.max(a, b) + half + 1));
  for (let y = low(start.y, end.y); y <= high(start.y, end.y, frame.height); y++) {
    for (let x = low(start.x, end.x); x <= high(start.x, end.x, frame.width); x++) {
      const along = Math.min(1, Math.max(0, ((x + 0.5 - start.x) * dx + (y + 0.5 - start.y) * dy) / squared));
      const distance = Math.hypot(x + 0.5 - start.x - along * dx, y + 0.5 - start.y - along * dy);
      const cover = Math.min(1, Math.max(0, half + 0.5 - distance));
      if (cover === 0) continue;
      // Darker towards its border: a band is round.
      const shade = light(x, y) * (1 - 0.35 * (distance / (half + 0.5)) ** 2);
      const at = (y * frame.width + x) * 3;
      for (const [channel, value] of colour.entries()) {
        const under = (frame.data[at + channel] ?? 0) * (1 - cover);
        frame.data[at + channel] = Math.min(255, under + value * shade * cover);
      }
    }
  }
}
