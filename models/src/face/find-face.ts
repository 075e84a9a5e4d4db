import type { Frame } from "../frame/frame.js";
import type { Similarity } from "../frame/sample.js";
import type { Network } from "../runtime/network.js";
import { fitSimilarity } from "./alignment.js";
import type { DetectedFace } from "./detect.js";
import { detectFaces } from "./detect-faces.js";
import { judgeThere } from "./face-there.js";
import { FollowedFace } from "./followed-face.js";
import { firstLooks, secondChances } from "./looks.js";
import { cropOfEyes, cropOfFace, hasBothEyes, heldToEyes, liesOn, type PlacedMesh, placeMesh } from "./place-mesh.js";
import { straighten } from "./straighten.js";

// Chosen on people and pictures kept apart from those reported on; models/blazeface/CARD.md says how.
const scores = { least: 0.25, face: 0.4 };
const presences = { least: 0.1, face: 0.5, sure: 0.9 };
// Of what the mesh or the judging network says, whichever is more.
const worths = { face: 0.5, sure: 0.9 };
// Of a look that sees more, only the most prominent ones are looked into.
const mostJudged = 4;

export interface FinderNetworks {
  readonly detect: Network;
  readonly landmarks: Network;
  /** Put a mesh straight, and say whether a face is there at all: of faces of which the mesh is unsure, as of masked ones. */
  readonly maskedPose?: Network;
  readonly faceThere?: Network;
}

/** A face that was seen, and how sure it is that it is one, 0 to 1. */
interface Judged {
  readonly face: DetectedFace;
  readonly worth: number;
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

  /** The mesh on a face that `find` found in this frame. One that is unsure of itself, as on masks, is put straight. */
  async meshOf(frame: Frame, face: DetectedFace): Promise<PlacedMesh> {
    const placed = await this.#settled(frame, face, this.#placed.get(face));
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
    let best: readonly Judged[] = [];
    for (const look of firstLooks(frame)) {
      const seen = await this.#lookAt(frame, look);
      if (mostWorth(seen) > mostWorth(best)) best = seen;
      if (mostWorth(best) >= worths.sure) break;
    }
    if (mostWorth(best) >= worths.face) return facesOf(best);
    const chances = secondChances(frame);
    // A live frame without a face gets one chance, and the next frame the next one; what found a face is tried again first.
    const from = live ? this.#chance % chances.length : 0;
    for (const chance of chances.slice(from, live ? from + 1 : undefined)) {
      const seen = await this.#lookAt(frame, chance);
      if (mostWorth(seen) >= worths.face) return facesOf(seen);
    }
    if (live) this.#chance = from + 1;
    return [];
  }

  /** One look; each one seen is looked into, the most prominent first. */
  async #lookAt(frame: Frame, toFrame: Similarity): Promise<readonly Judged[]> {
    const seen = await detectFaces(frame, toFrame, { network: this.#networks.detect, minimumScore: scores.least });
    const judged: Judged[] = [];
    for (const face of seen.slice(0, mostJudged)) {
      // Beside somebody who is surely there, what the detector hardly sees is nobody.
      if (face.score < scores.face && mostWorth(judged) >= worths.sure) continue;
      const worth = await this.#judge(frame, face);
      if (!judged.some((other) => this.#isSame(other.face, face))) judged.push({ face, worth });
    }
    return judged;
  }

  /** How sure it is that this is a face: the mesh is asked, and when it is not sure, whoever judges masked faces too. */
  async #judge(frame: Frame, face: DetectedFace): Promise<number> {
    const placed = await this.#place(frame, face);
    if (placed.presence >= presences.sure) return placed.presence;
    const { faceThere } = this.#networks;
    if (faceThere === undefined) return Math.max(placed.presence, asDetected(face));
    const { points } = await this.#settled(frame, face, placed);
    return Math.max(placed.presence, await judgeThere(frame, points, faceThere));
  }

  /** Whether two detections were put onto one face. */
  #isSame(one: DetectedFace, other: DetectedFace): boolean {
    const [here, there] = [this.#placed.get(one)?.points, this.#placed.get(other)?.points];
    return here !== undefined && there !== undefined && liesOn(here, there);
  }

  async #place(frame: Frame, face: DetectedFace): Promise<PlacedMesh> {
    const placed = await placeMesh(frame, cropOfFace(face), this.#networks.landmarks);
    this.#placed.set(face, placed);
    return placed;
  }

  /** The mesh where it stays: one that is unsure of itself is placed by the eyes, and put straight. */
  async #settled(frame: Frame, face: DetectedFace, first?: PlacedMesh): Promise<PlacedMesh> {
    const placed = first ?? (await this.#place(frame, face));
    if (placed.settled || placed.presence >= presences.sure) return placed;
    const { maskedPose } = this.#networks;
    const byEyes = hasBothEyes(face) ? await this.#placeByEyes(frame, face, placed) : placed;
    const points = maskedPose === undefined ? byEyes.points : await straighten(frame, byEyes.points, maskedPose);
    const mesh = maskedPose === undefined ? byEyes.mesh : byEyes.mesh.moved(fitSimilarity(byEyes.points, points));
    const settled = { mesh, points, presence: byEyes.presence, settled: true };
    this.#placed.set(face, settled);
    return settled;
  }

  async #placeByEyes(frame: Frame, face: DetectedFace, first: PlacedMesh): Promise<PlacedMesh> {
    const second = await placeMesh(frame, cropOfEyes(face), this.#networks.landmarks);
    const presence = Math.max(first.presence, second.presence);
    // A mesh that sees no face at all knows less of where the eyes are than the detector does.
    return { ...(presence < presences.least ? heldToEyes(second, face) : second), presence };
  }
}

function mostWorth(judged: readonly Judged[]): number {
  return judged.reduce((most, { worth }) => Math.max(most, worth), 0);
}

function facesOf(judged: readonly Judged[]): readonly DetectedFace[] {
  return judged.filter(({ worth }) => worth >= worths.face).map(({ face }) => face);
}

/** What the detector's score says by itself. */
function asDetected({ score }: DetectedFace): number {
  return score >= scores.face ? worths.face : 0;
}
