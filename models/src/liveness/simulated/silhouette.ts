import type { FaceMesh } from "../../face/face-mesh.js";
import type { Point } from "../../frame/frame.js";
import type { Draws } from "./seeded-draws.js";

// The outline of the face on the mesh, clockwise from the top of the forehead.
const outline = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136,
  172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];
const finer = 2;

/** Whether a point of the photo, in its pixels, is on the paper that is left after cutting. */
export type Covers = (x: number, y: number) => boolean;

export interface Sheet {
  readonly width: number;
  readonly height: number;
}

/** The middle of a face, and how wide it is, in pixels. */
export function placeOf(mesh: FaceMesh): { readonly middle: Point; readonly width: number } {
  const points = outline.map((index) => mesh.at(index));
  const xs = points.map(({ x }) => x);
  return { middle: mesh.meanOf(outline), width: Math.max(...xs) - Math.min(...xs) };
}

/** Somebody cut along the head, with or without the shoulders, more or less close to the hair. */
export function cutAlong(mesh: FaceMesh, sheet: Sheet, draws: Draws): Covers {
  const { middle, width } = placeOf(mesh);
  const sideways = draws.between(1.05, 1.4);
  const upwards = draws.between(1.15, 1.6);
  const head = outline.map((index) => {
    const { x, y } = mesh.at(index);
    const down = y - middle.y;
    return { x: middle.x + (x - middle.x) * sideways, y: middle.y + down * (down < 0 ? upwards : 1.06) };
  });
  const shapes = draws.chance(0.5) ? [head] : [head, shouldersUnder(middle, width, sheet)];
  const columns = Math.ceil(sheet.width * finer);
  const rows = Math.ceil(sheet.height * finer);
  const inside = new Uint8Array(columns * rows);
  for (const shape of shapes) fill(inside, columns, shape);
  return (x, y) => {
    const [column, row] = [Math.floor(x * finer), Math.floor(y * finer)];
    return column >= 0 && row >= 0 && column < columns && row < rows && inside[row * columns + column] === 1;
  };
}

function shouldersUnder(middle: Point, width: number, sheet: Sheet): readonly Point[] {
  return [
    { x: middle.x - width * 0.4, y: middle.y + width * 0.3 },
    { x: middle.x + width * 0.4, y: middle.y + width * 0.3 },
    { x: middle.x + width * 0.45, y: middle.y + width * 0.85 },
    { x: middle.x + width * 1.2, y: middle.y + width * 1.2 },
    { x: middle.x + width * 1.3, y: sheet.height },
    { x: middle.x - width * 1.3, y: sheet.height },
    { x: middle.x - width * 1.2, y: middle.y + width * 1.2 },
    { x: middle.x - width * 0.45, y: middle.y + width * 0.85 },
  ];
}

function fill(inside: Uint8Array, columns: number, shape: readonly Point[]): void {
  for (let row = 0; row < inside.length / columns; row++) {
    const y = (row + 0.5) / finer;
    const crossings = shape
      .flatMap((from, index) => {
        const to = shape[(index + 1) % shape.length] ?? from;
        return from.y <= y === to.y <= y ? [] : [from.x + ((y - from.y) / (to.y - from.y)) * (to.x - from.x)];
      })
      .sort((one, other) => one - other);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const from = Math.max(0, Math.round((crossings[i] ?? 0) * finer));
      const to = Math.min(columns, Math.round((crossings[i + 1] ?? 0) * finer));
      if (to > from) inside.fill(1, row * columns + from, row * columns + to);
    }
  }
}
