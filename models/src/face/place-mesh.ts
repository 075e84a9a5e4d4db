import type { Frame } from "../frame/frame.js";
import { sampleSquare, squareToFrame } from "../frame/sample.js";
import type { Network } from "../runtime/network.js";
import type { DetectedFace } from "./detect.js";
import { FaceMesh } from "./face-mesh.js";

const cropScale = 1.5;

/** Where the mesh lies on a face, and how sure the network is that there is one, 0 to 1. */
export interface PlacedMesh {
  readonly mesh: FaceMesh;
  readonly presence: number;
}

/** Runs the mesh network on the square around a face, turned upright by its eyes. */
export async function placeMesh(frame: Frame, face: DetectedFace, network: Network): Promise<PlacedMesh> {
  const [left = face.centre, right = face.centre] = face.keyPoints;
  const angle = Math.atan2(right.y - left.y, right.x - left.x);
  const side = Math.max(face.width, face.height) * cropScale;
  const toFrame = squareToFrame(face.centre, side, angle, network.size);
  const target = { data: network.input, size: network.size, gain: 1 / 255, bias: 0 };
  sampleSquare(frame, toFrame, target, { pixelsPerTap: 2 });
  const [, presence = new Float32Array(), points = new Float32Array()] = await network.run();
  return { mesh: new FaceMesh(points, toFrame), presence: presence[0] ?? 0 };
}
