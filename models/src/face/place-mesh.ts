import type { Frame, Point } from "../frame/frame.js";
import { sampleSquare, squareToFrame } from "../frame/sample.js";
import type { Network } from "../runtime/network.js";
import type { DetectedFace } from "./detect.js";
import { FaceMesh, meshPoints } from "./face-mesh.js";

/** A square of the frame, turned by `angle` (radians) so that the face in it stands upright. */
export interface FaceCrop {
  readonly centre: Point;
  readonly side: number;
  readonly angle: number;
}

/** Where the mesh lies on a face, and how sure the network is that there is one, 0 to 1. */
export interface PlacedMesh {
  readonly mesh: FaceMesh;
  readonly presence: number;
}

// MediaPipe's own enlargement, of the detector's box and of the bounds of a mesh alike.
const enlarged = 1.5;
const eyeLeft = [33, 133, 159, 145];
const eyeRight = [362, 263, 386, 374];

export function cropOfFace(face: DetectedFace): FaceCrop {
  const [left = face.centre, right = face.centre] = face.keyPoints;
  const angle = Math.atan2(right.y - left.y, right.x - left.x);
  return { centre: face.centre, side: Math.max(face.width, face.height) * enlarged, angle };
}

/** Where the same face is looked for once a mesh lies on it. */
export function cropOfMesh(mesh: FaceMesh): FaceCrop {
  const [left, right] = [mesh.meanOf(eyeLeft), mesh.meanOf(eyeRight)];
  const angle = Math.atan2(right.y - left.y, right.x - left.x);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  let [least, most, highest, lowest] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let index = 0; index < meshPoints; index++) {
    const { x, y } = mesh.at(index);
    const [along, down] = [cos * x + sin * y, cos * y - sin * x];
    least = Math.min(least, along);
    most = Math.max(most, along);
    highest = Math.min(highest, down);
    lowest = Math.max(lowest, down);
  }
  const [along, down] = [(least + most) / 2, (highest + lowest) / 2];
  const centre = { x: cos * along - sin * down, y: sin * along + cos * down };
  return { centre, side: Math.max(most - least, lowest - highest) * enlarged, angle };
}

/** Runs the mesh network on a crop. */
export async function placeMesh(frame: Frame, crop: FaceCrop, network: Network): Promise<PlacedMesh> {
  const toFrame = squareToFrame(crop.centre, crop.side, crop.angle, network.size);
  const target = { data: network.input, size: network.size, gain: 1 / 255, bias: 0 };
  sampleSquare(frame, toFrame, target, { pixelsPerTap: 2 });
  const [, presence = new Float32Array(), points = new Float32Array()] = await network.run();
  return { mesh: new FaceMesh(points, toFrame), presence: presence[0] ?? 0 };
}
