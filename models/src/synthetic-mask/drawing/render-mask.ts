import { insetAt, type MaskDrawing, margin, pictureSize, pixelsPerUnit } from "./mask-drawing.js";

// From the upper left, before the mask: most rooms are lit from above.
const light = { x: -0.22, y: -0.5, z: 0.84 };
const ambient = 0.42;
// The mask darkens the skin beside it a little.
const shadowReach = 6;
const shadowDepth = 0.3;

/** Renders a drawing to RGBA rows, lit from above (Lambert), with a soft edge and a contact shadow around it. */
export function renderMask(drawing: MaskDrawing): Uint8Array {
  const { width, height } = pictureSize;
  const rgba = new Uint8Array(width * height * 4);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const x = (column + 0.5 - width / 2) / pixelsPerUnit.x;
      const y = (row + 0.5 - margin) / pixelsPerUnit.y - 0.02;
      const inset = insetAt(drawing, x, y);
      const at = (row * width + column) * 4;
      if (inset <= -shadowReach) continue;
      const cover = Math.min(1, Math.max(0, inset + 0.5));
      const shadow = shadowDepth * (1 - Math.min(1, Math.max(0, -inset / shadowReach))) ** 2;
      const alpha = cover + shadow * (1 - cover);
      const shade = shadeAt(drawing, x, y, inset);
      const colour = drawing.colour(x, y, inset);
      for (let channel = 0; channel < 3; channel++) {
        // The shadow is black, so only the cloth's share of the alpha has a colour.
        rgba[at + channel] = clamp(((colour[channel] ?? 0) * shade * cover) / Math.max(alpha, 1e-3));
      }
      rgba[at + 3] = clamp(alpha * 255);
    }
  }
  return rgba;
}

function shadeAt(drawing: MaskDrawing, x: number, y: number, inset: number): number {
  const [dx, dy] = [1 / pixelsPerUnit.x, 1 / pixelsPerUnit.y];
  const here = drawing.relief(x, y, inset);
  const slopeX = (drawing.relief(x + dx, y, insetAt(drawing, x + dx, y)) - here) * pixelsPerUnit.x;
  const slopeY = (drawing.relief(x, y + dy, insetAt(drawing, x, y + dy)) - here) * pixelsPerUnit.x;
  const norm = Math.hypot(slopeX, slopeY, 1);
  const lit = Math.max(0, (-slopeX * light.x - slopeY * light.y + light.z) / norm);
  return ambient + (1 - ambient) * lit * 1.15;
}

function clamp(value: number): number {
  return Math.round(Math.min(255, Math.max(0, value)));
}
