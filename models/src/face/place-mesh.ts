import type { Frame, Point } from "../frame/frame.js";
import { sampleSquare, squareToFrame } from "../frame/sample.js";
import type { Network } from "../runtime/network.js";
import { fitSimilarity, fivePointsOf } from "./alignment.js";
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
  /** The five points by which the face is aligned: the mesh's own, unless it was put straight. */
  readonly points: readonly Point[];
  /** Nothing is left to be done about a mesh that was unsure of itself. */
  readonly settled: boolean;
}

// MediaPipe's own enlargement, of the detector's box and of the bounds of a mesh alike.
const enlarged = 1.5;
// In distances between the eyes; of the crops tried, the one whose mesh strayed least on masked faces (facemesh/CARD.md).
const eyesToCentre = 0.55;
const eyesToSide = 3.3;
const mostStraying = 0.2;
// Seen from the front the eyes are about 0.4 of the detector's box apart, in profile nearly in one place.
const leastEyesInBox = 0.2;
const eyeLeft = [33, 133, 159, 145];
const eyeRight = [362, 263, 386, 374];

export function cropOfFace(face: DetectedFace): FaceCrop {
  const [left = face.centre, right = face.centre] = face.keyPoints;
  const angle = Math.atan2(right.y - left.y, right.x - left.x);
  return { centre: face.centre, side: Math.max(face.width, face.height) * enlarged, angle };
}

/** Whether the detector's eyes tell where the face is; in profile one of them is guessed. */
export function hasBothEyes(face: DetectedFace): boolean {
  const [left = face.centre, right = face.centre] = face.keyPoints;
  return Math.hypot(right.x - left.x, right.y - left.y) >= leastEyesInBox * Math.max(face.width, face.height);
}

/**
 * The same face by the detector's eyes alone. A mask pulls the detector's box, and with it the mesh, down onto the cloth;
 * its eyes stay where they are.
 */
export function cropOfEyes(face: DetectedFace): FaceCrop {
  const [left = face.centre, right = face.centre] = face.keyPoints;
  const [dx, dy] = [right.x - left.x, right.y - left.y];
  const middle = { x: (left.x + right.x) / 2, y: (left.y + right.y) / 2 };
  const centre = { x: middle.x - dy * eyesToCentre, y: middle.y + dx * eyesToCentre };
  return { centre, side: Math.hypot(dx, dy) * eyesToSide, angle: Math.atan2(dy, dx) };
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
  return placed(new FaceMesh(points, toFrame), presence[0] ?? 0);
}

/** A mesh that strayed from the detector's eyes, moved so that its own lie on them; one that did not is given back as it is. */
export function heldToEyes(strayed: PlacedMesh, face: DetectedFace): PlacedMesh {
  const { mesh, presence } = strayed;
  const [left = face.centre, right = face.centre] = face.keyPoints;
  const own = [mesh.meanOf(eyeLeft), mesh.meanOf(eyeRight)];
  const straying = [left, right].map(({ x, y }, eye) => Math.hypot((own[eye]?.x ?? x) - x, (own[eye]?.y ?? y) - y));
  const apart = Math.hypot(right.x - left.x, right.y - left.y);
  if (Math.max(...straying) <= mostStraying * apart) return strayed;
  return placed(mesh.moved(fitSimilarity(own, [left, right])), presence);
}

/** Whether two sets of alignment points lie on one face. */
export function liesOn(one: readonly Point[], other: readonly Point[]): boolean {
  const [here, there] = [middleOfEyes(one), middleOfEyes(other)];
  const [wide, narrow] = [here.apart, there.apart].sort((a, b) => b - a);
  const near = Math.hypot(here.x - there.x, here.y - there.y) < 0.5 * (narrow ?? 0);
  return near && (wide ?? 0) < 2 * (narrow ?? 0);
}

function middleOfEyes([left = origin, right = origin]: readonly Point[]): Point & { readonly apart: number } {
  const apart = Math.hypot(right.x - left.x, right.y - left.y);
  return { x: (left.x + right.x) / 2, y: (left.y + right.y) / 2, apart };
}

const origin: Point = { x: 0, y: 0 };

function placed(mesh: FaceMesh, presence: number): PlacedMesh {
  return { mesh, presence, points: fivePointsOf(mesh), settled: false };
}
