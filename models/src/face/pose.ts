import type { FaceMesh } from "./face-mesh.js";

/** Degrees. Yaw: positive when the face turns to the picture's right. Pitch: positive when the chin goes up. Roll: clockwise. */
export interface Pose {
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
}

const outerCornerLeft = 33;
const outerCornerRight = 263;
const foreheadTop = 10;
const chin = 152;
// Beyond this the far side of the face is the mesh's guess, and too few faces were measured (11 of 7,559) to state a rate.
const mostTurn = 50;
// The line from forehead to chin leans forward by so much in the median of 7,559 press photos (LFW).
const restingPitch = -6;

/** A rough pose from the mesh's own depth; good for "look straight", not for measuring. */
export function poseOf(mesh: FaceMesh): Pose {
  const across = differenceOf(mesh, outerCornerLeft, outerCornerRight);
  const down = differenceOf(mesh, foreheadTop, chin);
  const degrees = 180 / Math.PI;
  return {
    yaw: Math.atan2(across.depth, Math.hypot(across.x, across.y)) * degrees,
    pitch: Math.atan2(-down.depth, Math.hypot(down.x, down.y)) * degrees - restingPitch,
    roll: Math.atan2(across.y, across.x) * degrees,
  };
}

export function isTurned({ yaw, pitch }: Pose): boolean {
  return Math.abs(yaw) > mostTurn || Math.abs(pitch) > mostTurn;
}

function differenceOf(mesh: FaceMesh, from: number, to: number) {
  const [start, end] = [mesh.at(from), mesh.at(to)];
  return { x: end.x - start.x, y: end.y - start.y, depth: mesh.depthAt(to) - mesh.depthAt(from) };
}
