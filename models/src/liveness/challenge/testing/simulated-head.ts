import { FaceMesh, meshPoints } from "../../../face/face-mesh.js";
import type { Point } from "../../../frame/frame.js";

/** Millimetres from the middle between the eyes: right in the picture, down, away from the camera. */
type Place = readonly [x: number, y: number, z: number];

// An adult's proportions, roughly; enough for the points that challenges look at.
const places: Readonly<Record<number, Place>> = {
  10: [0, -50, 0],
  152: [0, 115, 17],
  33: [-45, 0, 0],
  133: [-17, 2, -6],
  362: [17, 2, -6],
  263: [45, 0, 0],
  105: [-35, -20, -8],
  334: [35, -20, -8],
  61: [-25, 73, -8],
  291: [25, 73, -8],
  1: [0, 43, -33],
  4: [0, 38, -35],
  5: [0, 32, -30],
  127: [-71, 5, 70],
  356: [71, 5, 70],
  234: [-72, 25, 75],
  454: [72, 25, 75],
  93: [-70, 45, 70],
  323: [70, 45, 70],
};
const lids = [
  { upper: 159, lower: 145, x: -31 },
  { upper: 158, lower: 153, x: -24 },
  { upper: 160, lower: 144, x: -38 },
  { upper: 386, lower: 374, x: 31 },
  { upper: 385, lower: 380, x: 24 },
  { upper: 387, lower: 373, x: 38 },
];
const eyeOpening = 10;
const focal = 620;
const picture = { width: 640, height: 480 };

/** Degrees and millimetres; yaw is positive when the face turns to the picture's right, pitch when the chin goes down. */
export interface HeadPose {
  readonly yaw?: number;
  readonly pitch?: number;
  readonly roll?: number;
  /** From the camera; 550 when absent. */
  readonly distance?: number;
  readonly aside?: number;
  /** 0 shut, 1 open. */
  readonly eyes?: number;
}

/** Adds the network's own unrest; standard deviation in pixels. */
export interface Unrest {
  readonly pixels: number;
  normal(): number;
}

const none: Unrest = { pixels: 0, normal: () => 0 };

/** Simulated: the mesh of a head that has depth. */
export function meshOfHead(pose: HeadPose, unrest: Unrest = none): FaceMesh {
  return meshFrom((place) => project(moved(place, pose)), pose.eyes ?? 1, unrest);
}

/** Simulated: the mesh of a flat photo of a head, taken at `taken`, that is held as `held` says. */
export function meshOfPhoto(taken: HeadPose, held: HeadPose, unrest: Unrest = none): FaceMesh {
  const millimetres = (taken.distance ?? 550) / focal;
  const flat = (place: Place): Place => {
    const { x, y } = project(moved(place, taken));
    return [(x - picture.width / 2) * millimetres, (y - picture.height / 2) * millimetres, 0];
  };
  return meshFrom((place) => project(moved(flat(place), held)), taken.eyes ?? 1, unrest);
}

interface Projected extends Point {
  readonly depth: number;
}

function meshFrom(see: (place: Place) => Projected, eyes: number, unrest: Unrest): FaceMesh {
  const raw = new Float32Array(meshPoints * 3);
  const put = (index: number, place: Place): void => {
    const { x, y, depth } = see(place);
    raw.set([x + unrest.normal() * unrest.pixels, y + unrest.normal() * unrest.pixels, depth], index * 3);
  };
  for (const [index, place] of Object.entries(places)) put(Number(index), place);
  for (const { upper, lower, x } of lids) {
    put(upper, [x, 1 - 0.6 * eyeOpening * eyes, -6]);
    put(lower, [x, 1 + 0.4 * eyeOpening * eyes, -5]);
  }
  return new FaceMesh(raw, { a: 1, b: 0, tx: 0, ty: 0 });
}

function moved([x, y, z]: Place, pose: HeadPose): Place {
  const [cy, sy] = turn(pose.yaw);
  const [cp, sp] = turn(pose.pitch);
  const [cr, sr] = turn(pose.roll);
  const [ax, az] = [x * cy - z * sy, x * sy + z * cy];
  const [by, bz] = [y * cp - az * sp, y * sp + az * cp];
  return [ax * cr - by * sr + (pose.aside ?? 0), ax * sr + by * cr, bz + (pose.distance ?? 550)];
}

function project([x, y, z]: Place): Projected {
  const scale = focal / z;
  return { x: picture.width / 2 + x * scale, y: picture.height / 2 + y * scale, depth: (z - 550) * scale };
}

function turn(degrees = 0): readonly [number, number] {
  const radians = (degrees * Math.PI) / 180;
  return [Math.cos(radians), Math.sin(radians)];
}
