import type { Frame, Point } from "./frame.js";

/** Maps (x, y) to (a x - b y + tx, b x + a y + ty): a rotation, one scale and a shift. */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly ty: number;
}

/** Where samples are written: a square of RGB numbers, each `value * gain + bias`. */
export interface SampleTarget {
  readonly data: Float32Array;
  readonly size: number;
  readonly gain: number;
  readonly bias: number;
}

export function applySimilarity({ a, b, tx, ty }: Similarity, { x, y }: Point): Point {
  return { x: a * x - b * y + tx, y: b * x + a * y + ty };
}

export function invertSimilarity({ a, b, tx, ty }: Similarity): Similarity {
  const norm = a * a + b * b;
  const [ia, ib] = [a / norm, -b / norm];
  return { a: ia, b: ib, tx: -(ia * tx - ib * ty), ty: -(ib * tx + ia * ty) };
}

/** The map from a square of `size` pixels onto a square of the frame: its centre, its side, turned by `angle` (radians). */
export function squareToFrame(centre: Point, side: number, angle: number, size: number): Similarity {
  const a = (Math.cos(angle) * side) / size;
  const b = (Math.sin(angle) * side) / size;
  const half = size / 2;
  return { a, b, tx: centre.x - a * half + b * half, ty: centre.y - b * half - a * half };
}

/** How many source pixels one sample may stand for before more samples are averaged. */
export interface Coarseness {
  readonly pixelsPerTap: number;
}

/**
 * Fills a square with bilinear samples of a frame. Outside the frame is black. Where the frame is much finer than the
 * square, several samples are averaged for each pixel, so that fine texture does not turn into noise.
 */
export function sampleSquare(frame: Frame, toFrame: Similarity, target: SampleTarget, coarseness: Coarseness): void {
  const step = Math.hypot(toFrame.a, toFrame.b);
  const taps = Math.min(6, Math.max(1, Math.round(step / coarseness.pixelsPerTap)));
  const { data, size, gain, bias } = target;
  if (taps === 1) {
    sampleTap(frame, toFrame, { data, size, gain, bias }, 0.5, 0.5, false);
    return;
  }
  const share = gain / (taps * taps);
  data.fill(bias, 0, size * size * 3);
  for (let j = 0; j < taps; j++) {
    for (let i = 0; i < taps; i++) {
      sampleTap(frame, toFrame, { data, size, gain: share, bias: 0 }, (i + 0.5) / taps, (j + 0.5) / taps, true);
    }
  }
}

function sampleTap(
  frame: Frame,
  { a, b, tx, ty }: Similarity,
  { data, size, gain, bias }: SampleTarget,
  dx: number,
  dy: number,
  add: boolean,
): void {
  const pixels = frame.data;
  const stride = frame.width * 3;
  const lastX = frame.width - 1;
  const lastY = frame.height - 1;
  let to = 0;
  for (let row = 0; row < size; row++) {
    let u = a * dx - b * (row + dy) + tx - 0.5;
    let v = b * dx + a * (row + dy) + ty - 0.5;
    for (let column = 0; column < size; column++, u += a, v += b, to += 3) {
      if (u <= -1 || v <= -1 || u >= frame.width || v >= frame.height) {
        if (!add) {
          data[to] = bias;
          data[to + 1] = bias;
          data[to + 2] = bias;
        }
        continue;
      }
      // Half a pixel beyond the border counts as the border itself.
      const cu = Math.min(Math.max(u, 0), lastX);
      const cv = Math.min(Math.max(v, 0), lastY);
      const x = cu | 0;
      const y = cv | 0;
      const fx = cu - x;
      const fy = cv - y;
      const at = y * stride + x * 3;
      const right = x < lastX ? 3 : 0;
      const below = y < lastY ? stride : 0;
      const w11 = fx * fy * gain;
      const w10 = fy * gain - w11;
      const w01 = fx * gain - w11;
      const w00 = gain - w01 - fy * gain;
      for (let channel = 0; channel < 3; channel++) {
        const from = at + channel;
        const value =
          (pixels[from] ?? 0) * w00 +
          (pixels[from + right] ?? 0) * w01 +
          (pixels[from + below] ?? 0) * w10 +
          (pixels[from + below + right] ?? 0) * w11 +
          bias;
        if (add) data[to + channel] = (data[to + channel] ?? 0) + value;
        else data[to + channel] = value;
      }
    }
  }
}
