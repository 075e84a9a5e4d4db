const FACES_KEPT = 3;
const LEAST_OVERLAP = 0.2;
const SAME_PLACE = 0.5;
const LONGEST_GAP_MS = 1_500;

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Something biometric that is overwritten when it is not needed any more. */
export interface Erasable {
  overwrite(): void;
}

export interface TrackedFace<Embedding extends Erasable> {
  readonly at: number;
  readonly box: Box;
  readonly embedding: Embedding | undefined;
  /** Passive liveness of this very frame, 0..1. */
  readonly liveness: number | undefined;
}

/**
 * The last few faces of one person before the camera. Another face, several or none begin a new track, so that nobody is
 * compared by what somebody else left.
 */
export class FaceTrack<Embedding extends Erasable> {
  #faces: TrackedFace<Embedding>[] = [];
  #number = 0;
  #place: { readonly box: Box; readonly since: number } | undefined;

  /** Takes the one face of a frame, and says whether it continues the track. */
  see(face: TrackedFace<Embedding>): boolean {
    const last = this.#faces.at(-1);
    const continues =
      last !== undefined && face.at - last.at <= LONGEST_GAP_MS && overlap(last.box, face.box) >= LEAST_OVERLAP;
    if (!continues) {
      this.clear();
      this.#number += 1;
    }
    if (this.#place === undefined || overlap(this.#place.box, face.box) < SAME_PLACE) {
      this.#place = { box: face.box, since: face.at };
    }
    this.#faces.push(face);
    if (this.#faces.length > FACES_KEPT) this.#faces.shift()?.embedding?.overwrite();
    return continues;
  }

  /** The faces kept, newest first; as many as can be, once somebody has stood there for a moment. */
  get faces(): readonly TrackedFace<Embedding>[] {
    return this.#faces.toReversed();
  }

  /** The same for as long as this face is followed; `null`: there is none now. */
  get number(): number | null {
    return this.#faces.length === 0 ? null : this.#number;
  }

  /** How long the face has kept to its place in the picture, ms: who passes by crosses it at once. */
  get steadyMs(): number {
    const last = this.#faces.at(-1);
    return last === undefined || this.#place === undefined ? 0 : last.at - this.#place.since;
  }

  get full(): boolean {
    return this.#faces.length === FACES_KEPT;
  }

  clear(): void {
    for (const { embedding } of this.#faces) embedding?.overwrite();
    this.#faces = [];
    this.#place = undefined;
  }
}

/** Area that both cover over area that either covers. */
function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (a.width * a.height + b.width * b.height - width * height);
}
