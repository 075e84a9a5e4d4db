import type { Frame } from "./frame.js";

const [columns, rows] = [16, 12];
// Below it a frame is lifted until its lightest part is light and not yet white. Noise is lifted too, hence the limit.
const dim = 120;
const lifted = 200;
const mostLift = 10;

/**
 * The mean luma (Rec. 601, 0 to 255) of the lightest of a frame's 16x12 parts, over every fourth pixel of every fourth
 * row: of a covered lens it is dark too, while a dark room leaves a screen, a lamp or a face.
 */
export function lightestPart({ width, height, data }: Frame): number {
  const sums = new Float64Array(columns * rows);
  const counts = new Float64Array(columns * rows);
  for (let y = 0; y < height; y += 4) {
    const row = Math.floor((y * rows) / height) * columns;
    for (let x = 0; x < width; x += 4) {
      const at = (y * width + x) * 3;
      const part = row + Math.floor((x * columns) / width);
      const luma = 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);
      sums[part] = (sums[part] ?? 0) + luma;
      counts[part] = (counts[part] ?? 0) + 1;
    }
  }
  return sums.reduce((lightest, sum, part) => Math.max(lightest, sum / Math.max(1, counts[part] ?? 1)), 0);
}

/** The frame with its darkness lifted, as a copy to be overwritten after use; the frame itself where it is light enough. */
export function liftDark(frame: Frame, lightest: number): Frame {
  if (lightest >= dim) return frame;
  const gain = Math.min(mostLift, lifted / Math.max(1, lightest));
  const levels = Uint8Array.from({ length: 256 }, (_, value) => Math.min(255, Math.round(value * gain)));
  return { ...frame, data: frame.data.map((value) => levels[value] ?? 0) };
}
