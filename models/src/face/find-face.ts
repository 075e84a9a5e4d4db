import type { Frame } from "../frame/frame.js";
import { type Similarity, sampleSquare } from "../frame/sample.js";
import type { Network } from "../runtime/network.js";
import { type DetectedFace, decodeFaces } from "./detect.js";
import { FollowedFace } from "./followed-face.js";
import { firstLooks, secondChances } from "./looks.js";
import { cropOfEyes, cropOfFace, hasBothEyes, heldToEyes, type PlacedMesh, placeMesh } from "./place-mesh.js";

// Chosen on people and pictures kept apart from those reported on; models/blazeface/CARD.md says how.
const scores = { least: 0.25, face: 0.4, sure: 0.75 };
const presences = { least: 0.1, face: 0.5, sure: 0.9 };

export interface FinderNetworks {
  readonly detect: Network;
  readonly landmarks: Network;
}

interface Candidate {
  /** The most prominent first. */
  readonly faces: readonly DetectedFace[];
  readonly main: DetectedFace;
  readonly presence: number;
}

/** Finds the faces of a frame, and where the mesh lies on one of them. */
export class FaceFinder {
  readonly #networks: FinderNetworks;
  /** Meshes that were placed in order to find a face, so that it is not done twice. */
  readonly #placed = new WeakMap<DetectedFace, PlacedMesh>();
  #followed: FollowedFace | undefined;
  #chance = 0;

  constructor(networks: FinderNetworks) {
    this.#networks = networks;
  }

  /**
   * The most prominent face first; empty when there is none. `at` is the monotonic time, in ms, of a live frame: a face is
   * then followed from the frame before, and the second chances of a frame without a face are spread over those that follow.
   */
  async find(frame: Frame, at?: number): Promise<readonly DetectedFace[]> {
    const followed = at === undefined ? undefined : await this.#follow(frame, at);
    if (followed !== undefined) return [followed];
    const faces = await this.#look(frame, at !== undefined);
    const [only, ...others] = faces;
    if (at !== undefined && only !== undefined && others.length === 0) this.#followed = new FollowedFace(only, at);
    return faces;
  }

  /** The mesh on a face that `find` found in this frame. One that is unsure of itself, as on masks, is placed by the eyes. */
  async meshOf(frame: Frame, face: DetectedFace): Promise<PlacedMesh> {
    const first = this.#placed.get(face) ?? (await this.#place(frame, face));
    const placed =
      first.presence < presences.sure && hasBothEyes(face) ? await this.#placeByEyes(frame, face, first) : first;
    this.#followed?.learn(face, placed);
    return placed;
  }

  async #follow(frame: Frame, at: number): Promise<DetectedFace | undefined> {
    const crop = this.#followed?.cropAt(at);
    if (crop === undefined) {
      this.#followed = undefined;
      return undefined;
    }
    const placed = await placeMesh(frame, crop, this.#networks.landmarks);
    const face = placed.presence < presences.face ? undefined : this.#followed?.move(placed, at);
    if (face === undefined) this.#followed = undefined;
    else this.#placed.set(face, placed);
    return face;
  }

  async #look(frame: Frame, live: boolean): Promise<readonly DetectedFace[]> {
    let best: Candidate | undefined;
    for (const look of firstLooks(frame)) {
      const seen = await this.#lookAt(frame, look);
      if (seen === undefined) continue;
      if (best === undefined || worthOf(seen) > worthOf(best)) best = seen;
      if (seen.main.score >= scores.sure || seen.presence >= presences.sure) break;
    }
    if (best !== undefined && (best.main.score >= scores.face || best.presence >= presences.face)) return best.faces;
    const chances = secondChances(frame);
    // A live frame without a face gets one chance, and the next frame the next one; what found a face is tried again first.
    const from = live ? this.#chance % chances.length : 0;
    for (const chance of chances.slice(from, live ? from + 1 : undefined)) {
      const seen = await this.#lookAt(frame, chance);
      if (seen !== undefined && isFace(seen)) return seen.faces;
    }
    if (live) this.#chance = from + 1;
    return [];
  }

  /** One look; the mesh is asked when the detector is not sure. */
  async #lookAt(frame: Frame, toFrame: Similarity): Promise<Candidate | undefined> {
    const { detect } = this.#networks;
    const target = { data: detect.input, size: detect.size, gain: 1 / 127.5, bias: -1 };
    sampleSquare(frame, toFrame, target, { pixelsPerTap: 2.6 });
    const [fineScores, coarseScores, fine, coarse] = await detect.run();
    const output = { scores: present(fineScores, coarseScores), regressors: present(fine, coarse) };
    const seen = decodeFaces(output, { frame, toFrame, minimumScore: scores.least });
    const faces = seen.filter(({ score }) => score >= scores.face);
    const [strongest] = seen.toSorted((one, other) => other.score - one.score);
    const main = faces[0] ?? strongest;
    if (main === undefined) return undefined;
    const { presence } = main.score >= scores.sure ? { presence: 0 } : await this.#place(frame, main);
    return { faces: faces.length > 0 ? faces : [main], main, presence };
  }

  async #place(frame: Frame, face: DetectedFace): Promise<PlacedMesh> {
    const placed = await placeMesh(frame, cropOfFace(face), this.#networks.landmarks);
    this.#placed.set(face, placed);
    return placed;
  }

  async #placeByEyes(frame: Frame, face: DetectedFace, first: PlacedMesh): Promise<PlacedMesh> {
    const second = await placeMesh(frame, cropOfEyes(face), this.#networks.landmarks);
    const presence = Math.max(first.presence, second.presence);
    // A mesh that sees no face at all knows less of where the eyes are than the detector does.
    const { mesh } = presence < presences.least ? heldToEyes(second, face) : second;
    return { mesh, presence };
  }
}

function worthOf({ main, presence }: Candidate): number {
  return main.score + presence / 2;
}

/** A second chance must not invent faces: the mesh has to see one too, unless the detector is quite sure. */
function isFace({ main, presence }: Candidate): boolean {
  return main.score >= scores.sure || presence >= presences.face;
}

function present(...arrays: readonly (Float32Array | undefined)[]): Float32Array[] {
  return arrays.flatMap((array) => array ?? []);
}
