import type { MaskStrap } from "../mask-template.js";

export type Colour = readonly [number, number, number];

/**
 * A mask as functions of the plane: x from -1 to 1 between its upper corners, y from 0 at the bridge of the nose to 1
 * under the chin.
 */
export interface MaskDrawing {
  readonly name: string;
  readonly topEdge: (x: number) => number;
  readonly bottomEdge: (x: number) => number;
  readonly halfWidth: (y: number) => number;
  /** Relief towards the viewer, in the unit of x. `inset` is the distance to the edge in pixels. */
  readonly relief: (x: number, y: number, inset: number) => number;
  readonly colour: (x: number, y: number, inset: number) => Colour;
  readonly straps: {
    readonly colour: Colour;
    readonly thickness: number;
    /** `from` in the drawing's own plane. */
    readonly bands: readonly MaskStrap[];
  };
}

/** The mask's upper and lower corners on its sides, in the drawing's plane. */
export const upperCorner = { x: 1, y: 0.12 };
export const lowerCorner = { x: 0.95, y: 0.6 };

export const pixelsPerUnit = { x: 130, y: 205 } as const;
export const margin = 12;

export const pictureSize = {
  width: Math.round(2.16 * pixelsPerUnit.x) + 2 * margin,
  height: Math.round(1.04 * pixelsPerUnit.y) + 2 * margin,
};

export function toPixel(x: number, y: number): { readonly x: number; readonly y: number } {
  return { x: pictureSize.width / 2 + x * pixelsPerUnit.x, y: margin + (y + 0.02) * pixelsPerUnit.y };
}

/** Pixels from a point to the nearest edge; negative outside. */
export function insetAt(drawing: MaskDrawing, x: number, y: number): number {
  const fromTop = (y - drawing.topEdge(x)) * pixelsPerUnit.y;
  const fromBottom = (drawing.bottomEdge(x) - y) * pixelsPerUnit.y;
  const fromSide = (drawing.halfWidth(y) - Math.abs(x)) * pixelsPerUnit.x;
  return Math.min(fromTop, fromBottom, fromSide);
}
