import type { Point } from "../frame/frame.js";

/** A projective map of the plane, row by row. */
export type Homography = readonly [number, number, number, number, number, number, number, number, number];

/** How a flat thing is held before the camera. Angles in radians. */
export interface Held {
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
  /** Camera pixels for one pixel of the photo, at its middle. */
  readonly scale: number;
  /** Where the middle is seen, in camera pixels. */
  readonly seenAt: Point;
  /** The middle, in pixels of the photo. */
  readonly middle: Point;
  /** Focal length in camera pixels: the shorter, the stronger the perspective. */
  readonly focal: number;
}

/** The pinhole camera's map from the photo's plane to the picture. */
export function planeToPicture({ yaw, pitch, roll, scale, seenAt, middle, focal }: Held): Homography {
  const [cy, sy, cp, sp, cr, sr] = [yaw, pitch, roll].flatMap((angle) => [Math.cos(angle), Math.sin(angle)]) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  // The first two columns of Rz(roll) Rx(pitch) Ry(yaw): the plane has no depth of its own.
  const across = [cr * cy - sr * sp * sy, sr * cy + cr * sp * sy, -cp * sy] as const;
  const down = [-sr * cp, cr * cp, sp] as const;
  const column = (axis: readonly [number, number, number]): [number, number, number] => [
    focal * axis[0] + seenAt.x * axis[2],
    focal * axis[1] + seenAt.y * axis[2],
    axis[2],
  ];
  const [a, d, g] = column(across);
  const [b, e, h] = column(down);
  const distance = focal / scale;
  const [c, f, i] = [distance * seenAt.x, distance * seenAt.y, distance];
  const [mx, my] = [middle.x, middle.y];
  return [a, b, c - a * mx - b * my, d, e, f - d * mx - e * my, g, h, i - g * mx - h * my];
}

export function inverseOf([a, b, c, d, e, f, g, h, i]: Homography): Homography {
  return [
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ];
}

export function mapPoint([a, b, c, d, e, f, g, h, i]: Homography, { x, y }: Point): Point {
  const w = g * x + h * y + i;
  return { x: (a * x + b * y + c) / w, y: (d * x + e * y + f) / w };
}

/**
 * The projective map that takes points of a plane closest to where they are seen (direct linear transformation, last
 * number one); undefined when they do not determine one, as points on a line do not.
 */
export function fitHomography(from: readonly Point[], onto: readonly Point[]): Homography | undefined {
  const equations = new Float64Array(64);
  const wanted = new Float64Array(8);
  for (const [index, { x, y }] of from.entries()) {
    const seen = onto[index];
    if (seen === undefined) return undefined;
    addEquation(equations, wanted, [x, y, 1, 0, 0, 0, -x * seen.x, -y * seen.x], seen.x);
    addEquation(equations, wanted, [0, 0, 0, x, y, 1, -x * seen.y, -y * seen.y], seen.y);
  }
  const solved = solve(equations, wanted);
  if (solved === undefined) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = solved;
  return [a, b, c, d, e, f, g, h, 1];
}

/** One more row of a least-squares problem, as its normal equations. */
function addEquation(equations: Float64Array, wanted: Float64Array, row: readonly number[], value: number): void {
  for (const [i, one] of row.entries()) {
    wanted[i] = (wanted[i] ?? 0) + one * value;
    for (const [j, other] of row.entries()) equations[i * 8 + j] = (equations[i * 8 + j] ?? 0) + one * other;
  }
}

/** Gauss and Jordan, with the largest pivot; undefined when there is none. */
function solve(equations: Float64Array, wanted: Float64Array): Float64Array | undefined {
  const at = (row: number, column: number): number => equations[row * 8 + column] ?? 0;
  for (let column = 0; column < 8; column++) {
    let best = column;
    for (let row = column + 1; row < 8; row++) if (Math.abs(at(row, column)) > Math.abs(at(best, column))) best = row;
    if (Math.abs(at(best, column)) < 1e-9) return undefined;
    swapRows(equations, wanted, column, best);
    for (let row = 0; row < 8; row++) {
      if (row === column) continue;
      const factor = at(row, column) / at(column, column);
      for (let i = column; i < 8; i++) equations[row * 8 + i] = at(row, i) - factor * at(column, i);
      wanted[row] = (wanted[row] ?? 0) - factor * (wanted[column] ?? 0);
    }
  }
  return wanted.map((value, row) => value / at(row, row));
}

function swapRows(equations: Float64Array, wanted: Float64Array, one: number, other: number): void {
  if (one === other) return;
  const row = equations.slice(one * 8, one * 8 + 8);
  equations.copyWithin(one * 8, other * 8, other * 8 + 8);
  equations.set(row, other * 8);
  const value = wanted[one] ?? 0;
  wanted[one] = wanted[other] ?? 0;
  wanted[other] = value;
}
