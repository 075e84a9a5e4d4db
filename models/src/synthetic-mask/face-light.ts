import type { Frame } from "../frame/frame.js";

/** The mask as it falls on a rectangle of the frame: premultiplied colour, and cover from 0 to 1. */
export interface Cloth {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly colour: Float32Array;
  readonly alpha: Float32Array;
}

// Skin in good light has a luma of about 150. Cloth follows it at half strength: it is paler than most skin.
const skinLuma = 150;
const strength = 0.5;
const slopeStrength = 0.8;

/** How bright the cloth is at a pixel: level and slope of the light on what it covers, fitted by least squares. */
export function fitLight(frame: Frame, cloth: Cloth): (x: number, y: number) => number {
  const { width, left, top, alpha } = cloth;
  let [count, sumX, sumY, sum] = [0, 0, 0, 0];
  const visit = (each: (x: number, y: number, luma: number) => void) => {
    for (let i = 0; i < alpha.length; i++) {
      if ((alpha[i] ?? 0) < 0.5) continue;
      const [x, y] = [left + (i % width), top + Math.floor(i / width)];
      const at = (y * frame.width + x) * 3;
      const [red = 0, green = 0, blue = 0] = [frame.data[at], frame.data[at + 1], frame.data[at + 2]];
      each(x, y, 0.299 * red + 0.587 * green + 0.114 * blue);
    }
  };
  visit((x, y, luma) => {
    count++;
    sumX += x;
    sumY += y;
    sum += luma;
  });
  if (count === 0) return () => 1;
  const [middleX, middleY, mean] = [sumX / count, sumY / count, Math.max(1, sum / count)];
  let [xx, xy, yy, xl, yl] = [1, 0, 1, 0, 0];
  visit((x, y, luma) => {
    const [dx, dy, dl] = [x - middleX, y - middleY, luma - mean];
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
    xl += dx * dl;
    yl += dy * dl;
  });
  const determinant = Math.max(1e-6, xx * yy - xy * xy);
  const [slopeX, slopeY] = [(xl * yy - yl * xy) / determinant, (yl * xx - xl * xy) / determinant];
  const level = 1 - strength + strength * Math.min(1.5, mean / skinLuma);
  return (x, y) => {
    const relative = (slopeX * (x - middleX) + slopeY * (y - middleY)) / mean;
    return level * (1 + slopeStrength * Math.min(0.5, Math.max(-0.5, relative)));
  };
}
