import { describe, expect, it } from "vitest";
import { gridOf, thinPlate } from "./thin-plate.js";

const corners = [
  { x: 0, y: 0 },
  { x: 100, y: 0 },
  { x: 0, y: 80 },
  { x: 100, y: 80 },
  { x: 50, y: 30 },
];
const moved = [
  { x: 5, y: 3 },
  { x: 110, y: -4 },
  { x: 2, y: 90 },
  { x: 95, y: 85 },
  { x: 60, y: 45 },
];

function mapped(map: ReturnType<typeof thinPlate>, x: number, y: number) {
  const into = { x: Number.NaN, y: Number.NaN };
  map?.(x, y, into);
  return { x: Math.round(into.x * 1e6) / 1e6 + 0, y: Math.round(into.y * 1e6) / 1e6 + 0 };
}

describe("a thin-plate spline", () => {
  it("carries every point exactly where it is to go", () => {
    const map = thinPlate(corners, moved);
    expect(corners.map(({ x, y }) => mapped(map, x, y))).toEqual(moved);
  });

  it("does not bend where nothing need bend", () => {
    const sheared = corners.map(({ x, y }) => ({ x: 2 * x + y + 3, y: 0.5 * y - 7 }));
    expect(mapped(thinPlate(corners, sheared), 37, 61)).toEqual({ x: 138, y: 23.5 });
  });

  it("is none for points that lie on one line, or on one spot", () => {
    expect(
      thinPlate(
        [0, 1, 2].map((x) => ({ x, y: x })),
        moved,
      ),
    ).toBeUndefined();
    expect(
      thinPlate(
        corners.map(() => ({ x: 4, y: 4 })),
        moved,
      ),
    ).toBeUndefined();
  });

  it("is followed to a fraction of a pixel by its grid", () => {
    const map = thinPlate(corners, moved);
    const grid = map && gridOf(map, { left: -10, top: -10, width: 130, height: 110, spacing: 4 });
    for (const [x, y] of [
      [-9.5, 3.3],
      [41.2, 29.9],
      [99.1, 79.4],
    ] as const) {
      const [exact, near] = [mapped(map, x, y), mapped(grid, x, y)];
      expect(Math.hypot(exact.x - near.x, exact.y - near.y)).toBeLessThan(0.3);
    }
  });
});
