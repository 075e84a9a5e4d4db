import type { Point } from "../frame/frame.js";

/** A smooth map of the plane. */
export type PlaneMap = (x: number, y: number, into: { x: number; y: number }) => void;

/**
 * The thin-plate spline that carries each point of `from` onto the one of `onto` and bends as little as it can between
 * them (F. L. Bookstein, 1989). Needs three points or more that are not on one line; otherwise it answers undefined.
 */
export function thinPlate(from: readonly Point[], onto: readonly Point[]): PlaneMap | undefined {
  const count = from.length;
  const size = count + 3;
  const rows = Array.from({ length: size }, () => new Float64Array(size + 2));
  for (const [i, point] of from.entries()) {
    const row = rows[i] ?? new Float64Array();
    for (const [j, other] of from.entries()) row[j] = kernel((point.x - other.x) ** 2 + (point.y - other.y) ** 2);
    for (const [j, value] of [1, point.x, point.y].entries()) {
      row[count + j] = value;
      const below = rows[count + j];
      if (below !== undefined) below[i] = value;
    }
    row[size] = onto[i]?.x ?? 0;
    row[size + 1] = onto[i]?.y ?? 0;
  }
  if (!eliminate(rows)) return undefined;
  const weights = rows.map((row) => ({ x: row[size] ?? 0, y: row[size + 1] ?? 0 }));
  const knots = from.map(({ x, y }, i) => ({ x, y, wx: weights[i]?.x ?? 0, wy: weights[i]?.y ?? 0 }));
  const [shift, alongX, alongY] = weights.slice(count);
  if (shift === undefined || alongX === undefined || alongY === undefined) return undefined;
  return (x, y, into) => {
    let mappedX = shift.x + alongX.x * x + alongY.x * y;
    let mappedY = shift.y + alongX.y * x + alongY.y * y;
    for (const knot of knots) {
      const bend = kernel((x - knot.x) ** 2 + (y - knot.y) ** 2);
      mappedX += knot.wx * bend;
      mappedY += knot.wy * bend;
    }
    into.x = mappedX;
    into.y = mappedY;
  };
}

/** A map of a rectangle of whole pixels, exact at the nodes of a grid and linear between them. */
export function gridOf(
  map: PlaneMap,
  { left, top, width, height, spacing }: Readonly<Record<"left" | "top" | "width" | "height" | "spacing", number>>,
): PlaneMap {
  const [columns, rows] = [Math.ceil(width / spacing) + 2, Math.ceil(height / spacing) + 2];
  const nodes = new Float64Array(columns * rows * 2);
  const node = { x: 0, y: 0 };
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      map(left + column * spacing, top + row * spacing, node);
      nodes[(row * columns + column) * 2] = node.x;
      nodes[(row * columns + column) * 2 + 1] = node.y;
    }
  }
  return (x, y, into) => {
    const [u, v] = [(x - left) / spacing, (y - top) / spacing];
    const column = Math.min(columns - 2, Math.max(0, Math.floor(u)));
    const row = Math.min(rows - 2, Math.max(0, Math.floor(v)));
    const [fx, fy] = [u - column, v - row];
    const at = (row * columns + column) * 2;
    const under = at + columns * 2;
    const mix = (i: number) =>
      ((nodes[at + i] ?? 0) * (1 - fx) + (nodes[at + 2 + i] ?? 0) * fx) * (1 - fy) +
      ((nodes[under + i] ?? 0) * (1 - fx) + (nodes[under + 2 + i] ?? 0) * fx) * fy;
    into.x = mix(0);
    into.y = mix(1);
  };
}

/** Radius squared times its logarithm, from the radius squared. */
function kernel(squared: number): number {
  return squared < 1e-12 ? 0 : squared * Math.log(squared);
}

/** Gauss and Jordan's elimination with pivots, in place; false where the rows do not decide the answer. */
function eliminate(rows: Float64Array[]): boolean {
  for (let column = 0; column < rows.length; column++) {
    let pivot = column;
    for (let row = column + 1; row < rows.length; row++) {
      if (Math.abs(rows[row]?.[column] ?? 0) > Math.abs(rows[pivot]?.[column] ?? 0)) pivot = row;
    }
    const [chosen, displaced] = [rows[pivot], rows[column]];
    const divisor = chosen?.[column] ?? 0;
    if (chosen === undefined || displaced === undefined || Math.abs(divisor) < 1e-9) return false;
    rows[pivot] = displaced;
    rows[column] = chosen;
    for (let i = 0; i < chosen.length; i++) chosen[i] = (chosen[i] ?? 0) / divisor;
    for (const row of rows) {
      const factor = row[column] ?? 0;
      if (row === chosen || factor === 0) continue;
      for (let i = 0; i < row.length; i++) row[i] = (row[i] ?? 0) - factor * (chosen[i] ?? 0);
    }
  }
  return true;
}
