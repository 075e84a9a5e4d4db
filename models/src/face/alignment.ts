import type { Point } from "../frame/frame.js";
import type { Similarity } from "../frame/sample.js";
import type { FaceMesh } from "./face-mesh.js";

export const alignedSize = 112;

/** The five points of the usual 112x112 face template (ArcFace): eyes, nose tip, corners of the mouth, by the picture's sides. */
export const alignmentTemplate: readonly Point[] = [
  { x: 38.2946, y: 51.6963 },
  { x: 73.5318, y: 51.5014 },
  { x: 56.0252, y: 71.7366 },
  { x: 41.5493, y: 92.3655 },
  { x: 70.7299, y: 92.2041 },
];

// Both corners and both lids of each eye; the tip of the nose; the corners of the mouth.
const eyeLeft = [33, 133, 159, 145];
const eyeRight = [362, 263, 386, 374];
const noseTip = [4];
const mouthLeft = [61];
const mouthRight = [291];

/** The five alignment points of a mesh, in pixels of the frame. */
export function fivePointsOf(mesh: FaceMesh): readonly Point[] {
  return [eyeLeft, eyeRight, noseTip, mouthLeft, mouthRight].map((indices) => mesh.meanOf(indices));
}

/** The least-squares similarity from one set of points onto another (Umeyama 1991, in the plane and without mirroring). */
export function fitSimilarity(from: readonly Point[], onto: readonly Point[]): Similarity {
  const source = meanOf(from);
  const target = meanOf(onto);
  let [a, b, norm] = [0, 0, 0];
  for (const [index, point] of from.entries()) {
    const image = onto[index] ?? target;
    const [sx, sy] = [point.x - source.x, point.y - source.y];
    const [tx, ty] = [image.x - target.x, image.y - target.y];
    a += sx * tx + sy * ty;
    b += sx * ty - sy * tx;
    norm += sx * sx + sy * sy;
  }
  a /= norm;
  b /= norm;
  return { a, b, tx: target.x - a * source.x + b * source.y, ty: target.y - b * source.x - a * source.y };
}

function meanOf(points: readonly Point[]): Point {
  const sum = points.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}
