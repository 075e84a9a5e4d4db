import type { Frame } from "./frame.js";

/** How light a frame is, by the mean luma (Rec. 601, 0 to 255) of each of its 16x12 parts. */
export interface FrameLight {
  /** Of the lightest part: of a covered lens it is dark too, while a dark room leaves a screen, a lamp or a face. */
  readonly lightest: number;
  /** Nine parts of ten are no lighter. */
  readonly light: number;
}

const [columns, rows] = [16, 12];
// Below it a frame is lifted, so that what is lightest in it lies where it does by daylight; noise is lifted too, hence the limit.
const dim = 70;
const lifted = 140;
const mostLift = 10;

/** Measured on every fourth pixel of every fourth row. */
export function lightOf({ width, height, data }: Frame): FrameLight {
  const sums = new Float64Array(columns * rows);
  const counts = new Float64Array(columns * rows);
  for (let y = 0; y < height; y += 4) {
    const row = Math.floor((y * rows) / height) * columns;
    for (let x = 0; x < width; x += 4) {
      const at = (y * width + x) * 3;
      const part = row + Math.floor((x * columns) / width);
      sums[part] =
        (sums[part] ?? 0) + 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);
      counts[part] = (counts[part] ?? 0) + 1;
    }
  }
  const lumas = [...sums].flatMap((sum, part) => ((counts[part] ?? 0) > 0 ? [sum / (counts[part] ?? 1)] : []));
  lumas.sort((one, other) => one - other);
  return { lightest: lumas.at(-1) ?? 0, light: lumas[Math.floor((lumas.length - 1) * 0.9)] ?? 0 };
}

/** The frame with its darkness lifted, as a copy to be overwritten after use; the frame itself where it is light enough. */
export function liftDark(frame: Frame, { light }: FrameLight): Frame {
  if (light >= dim) return frame;
  const gain = Math.min(mostLift, lifted / Math.max(1, light));
  const levels = Uint8Array.from({ length: 256 }, (_, value) => Math.min(255, Math.round(value * gain)));
  return { ...frame, data: frame.data.map((value) => levels[value] ?? 0) };
}
