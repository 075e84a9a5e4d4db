import type { FaceSign } from "./whereabouts-model.js";

/** One look at the camera. */
export interface FaceSight {
  /** `null`: nothing can be recognised, or no camera looks. */
  readonly faces: number | null;
  /** Number of the face's track: another whenever the one before was out of view for a while. `null`: not one face, or not known. */
  readonly track: number | null;
  /** How long the face has kept to its place in the picture, ms; absent where nobody measures it. */
  readonly steadyMs?: number;
}

const SIGHT_FRESH_MS = 1_500;
const ADOPTED_AFTER_MS = 5_000;

/**
 * The face of an open session. Nobody is recognised again once they are in, so that no template has to be kept: a face
 * that has been in view ever since is theirs, one that came later is theirs only once the phone has stayed beside it for a while.
 */
export class FaceWatch {
  #own: number | null = null;
  #other: { readonly track: number | null; readonly since: number } | undefined;
  #sign: FaceSign = "unknown";
  #lookedAt = Number.NEGATIVE_INFINITY;
  #seenAt: number | undefined;

  /** Takes a look at monotonic `at`; `stays`: everything else says that the person is here. */
  look(sight: FaceSight, at: number, stays: boolean): void {
    const { faces, track } = sight;
    if (faces === null) {
      this.#sign = "unknown";
      return;
    }
    this.#lookedAt = at;
    if (faces === 0) {
      this.#sign = "none";
      return;
    }
    if (this.#seenAt === undefined) this.#own = track;
    this.#seenAt = at;
    this.#sign = this.#whose(track, at, stays);
  }

  sign(at: number): FaceSign {
    return at - this.#lookedAt > SIGHT_FRESH_MS ? "unknown" : this.#sign;
  }

  /** When any face was seen last; `undefined`: never in this session. */
  get seenAt(): number | undefined {
    return this.#seenAt;
  }

  #whose(track: number | null, at: number, stays: boolean): FaceSign {
    if (track !== null && track === this.#own) {
      this.#other = undefined;
      return "seen";
    }
    if (this.#other === undefined || this.#other.track !== track) this.#other = { track, since: at };
    if (!stays || at - this.#other.since < ADOPTED_AFTER_MS || track === null) return "other";
    this.#own = track;
    this.#other = undefined;
    return "seen";
  }
}
