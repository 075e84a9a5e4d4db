import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applySimilarity, squareToFrame } from "../frame/sample.js";
import { alignmentTemplate, fitSimilarity } from "./alignment.js";

describe("alignment", () => {
  it("finds the turn, scale and shift that moved the template's five points", () => {
    const angle = fc.double({ min: -3, max: 3, noNaN: true });
    const scale = fc.double({ min: 0.2, max: 8, noNaN: true });
    const shift = fc.double({ min: -500, max: 500, noNaN: true });
    fc.assert(
      fc.property(angle, scale, shift, shift, (turn, side, x, y) => {
        const moved = squareToFrame({ x, y }, side, turn, 1);
        const found = fitSimilarity(
          alignmentTemplate,
          alignmentTemplate.map((point) => applySimilarity(moved, point)),
        );
        for (const part of ["a", "b", "tx", "ty"] as const) expect(found[part]).toBeCloseTo(moved[part], 5);
      }),
    );
  });

  it("never mirrors: mirrored points give the best turn, not a flip", () => {
    const flipped = alignmentTemplate.map(({ x, y }) => ({ x: 112 - x, y }));
    const { a, b } = fitSimilarity(flipped, alignmentTemplate);
    const determinant = a * a + b * b;
    expect(determinant).toBeGreaterThan(0);
  });
});
