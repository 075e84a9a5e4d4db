import type { Frame, Point } from "../frame/frame.js";

/** Side of both pictures that the passive network gets. */
export const passiveSize = 96;
export const passiveLength = 2 * passiveSize * passiveSize * 3;

// Wide enough for the paper's edge or the display's frame around a face.
const surroundings = 2.3;
// A face that is wider than this is sampled more coarsely, so that a near one shows what a farther one does.
const widestNative = 150;

export interface FacePlace {
  readonly centre: Point;
  readonly width: number;
  readonly height: number;
}

/**
 * Writes what the passive network looks at: the face with its surroundings, small, and after it the middle of the face,
 * where dots and moire are, in the camera's own pixels unless it is near. RGB, 0 to 1; beyond the frame its border goes on.
 */
export function writePassiveInput(frame: Frame, face: FacePlace, input: Float32Array): void {
  const side = Math.max(face.width, face.height);
  const half = passiveLength / 2;
  averageSquare(frame, { centre: face.centre, side: side * surroundings }, input.subarray(0, half));
  averageSquare(
    frame,
    { centre: face.centre, side: passiveSize * Math.max(1, side / widestNative) },
    input.subarray(half),
  );
}

interface Square {
  readonly centre: Point;
  readonly side: number;
}

function averageSquare({ width, height, data }: Frame, { centre, side }: Square, input: Float32Array): void {
  const step = side / passiveSize;
  const taps = Math.min(4, Math.max(1, Math.round(step)));
  const columns = placesAlong({ from: centre.x - side / 2, step, taps, length: width });
  const rows = placesAlong({ from: centre.y - side / 2, step, taps, length: height });
  const share = 1 / (255 * taps * taps);
  let to = 0;
  for (let row = 0; row < passiveSize; row++) {
    for (let column = 0; column < passiveSize; column++, to += 3) {
      let [red, green, blue] = [0, 0, 0];
      for (let j = 0; j < taps; j++) {
        const start = (rows[row * taps + j] ?? 0) * width;
        for (let i = 0; i < taps; i++) {
          const at = (start + (columns[column * taps + i] ?? 0)) * 3;
          red += data[at] ?? 0;
          green += data[at + 1] ?? 0;
          blue += data[at + 2] ?? 0;
        }
      }
      input[to] = red * share;
      input[to + 1] = green * share;
      input[to + 2] = blue * share;
    }
  }
}

interface Places {
  readonly from: number;
  readonly step: number;
  readonly taps: number;
  readonly length: number;
}

function placesAlong({ from, step, taps, length }: Places): Int32Array {
  return Int32Array.from({ length: passiveSize * taps }, (_, i) =>
    Math.min(length - 1, Math.max(0, Math.floor(from + ((i + 0.5) / taps) * step))),
  );
}
