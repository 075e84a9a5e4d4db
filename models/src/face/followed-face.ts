import { applySimilarity } from "../frame/sample.js";
import { fitSimilarity, fivePointsOf } from "./alignment.js";
import type { DetectedFace } from "./detect.js";
import type { FaceMesh } from "./face-mesh.js";
import { cropOfMesh, type FaceCrop, type PlacedMesh } from "./place-mesh.js";

const longestGapMs = 200;
// Who comes into view is seen by the detector alone.
const detectEveryMs = 400;

/** One face from frame to frame: the detector's box, moved along with the mesh, until the detector's turn comes again. */
export class FollowedFace {
  readonly #detectedAt: number;
  #face: DetectedFace;
  #mesh: FaceMesh | undefined;
  #seenAt: number;

  /** `at`: monotonic ms of the frame in which the detector found it. */
  constructor(face: DetectedFace, at: number) {
    this.#face = face;
    this.#detectedAt = at;
    this.#seenAt = at;
  }

  /** Where to look for the face in a frame of this time; undefined when the detector has to be asked. */
  cropAt(at: number): FaceCrop | undefined {
    const late = at - this.#seenAt > longestGapMs || at - this.#detectedAt >= detectEveryMs || at < this.#seenAt;
    return late || this.#mesh === undefined ? undefined : cropOfMesh(this.#mesh);
  }

  /** Keeps the mesh that was placed on the face, if it is this one. */
  learn(face: DetectedFace, { mesh }: PlacedMesh): void {
    if (face === this.#face) this.#mesh = mesh;
  }

  /** Moves the box to where the mesh is now; undefined before a mesh was learnt. */
  move({ mesh }: PlacedMesh, at: number): DetectedFace | undefined {
    if (this.#mesh === undefined) return undefined;
    const motion = fitSimilarity(fivePointsOf(this.#mesh), fivePointsOf(mesh));
    const scale = Math.hypot(motion.a, motion.b);
    const { score, centre, width, height, keyPoints } = this.#face;
    this.#face = {
      score,
      centre: applySimilarity(motion, centre),
      width: width * scale,
      height: height * scale,
      keyPoints: keyPoints.map((point) => applySimilarity(motion, point)),
    };
    this.#mesh = mesh;
    this.#seenAt = at;
    return this.#face;
  }
}
