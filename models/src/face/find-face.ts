import type { Frame } from "../frame/frame.js";
import { sampleSquare } from "../frame/sample.js";
import type { Network } from "../runtime/network.js";
import { type DetectedFace, decodeFaces, wholeFrame } from "./detect.js";
import { type PlacedMesh, placeMesh } from "./place-mesh.js";

const minimumScore = 0.4;
// A masked face that fills the frame is found more often when it is looked at again from further away.
const marginsTried = [1, 1.35];

export interface FinderNetworks {
  readonly detect: Network;
  readonly landmarks: Network;
}

/** Finds the faces of a frame, and where the mesh lies on one of them. */
export class FaceFinder {
  readonly #networks: FinderNetworks;

  constructor(networks: FinderNetworks) {
    this.#networks = networks;
  }

  /** The most prominent face first; empty when there is none. */
  async find(frame: Frame): Promise<readonly DetectedFace[]> {
    const { detect } = this.#networks;
    for (const margin of marginsTried) {
      const toFrame = wholeFrame(frame, margin);
      const target = { data: detect.input, size: detect.size, gain: 1 / 127.5, bias: -1 };
      sampleSquare(frame, toFrame, target, { pixelsPerTap: 2.6 });
      const [fineScores, coarseScores, fine, coarse] = await detect.run();
      const output = { scores: present(fineScores, coarseScores), regressors: present(fine, coarse) };
      const faces = decodeFaces(output, { frame, toFrame, minimumScore });
      if (faces.length > 0) return faces;
    }
    return [];
  }

  meshOf(frame: Frame, face: DetectedFace): Promise<PlacedMesh> {
    return placeMesh(frame, face, this.#networks.landmarks);
  }
}

function present(...arrays: readonly (Float32Array | undefined)[]): Float32Array[] {
  return arrays.flatMap((array) => array ?? []);
}
