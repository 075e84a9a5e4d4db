import type { FaceSign } from "./whereabouts-model.js";

/** One look at the camera. */
export interface FaceSight {
  /** `null`: nothing can be recognised, or no camera looks. */
  readonly faces: number | null;
  /**
   * Number of the face's track: another whenever the one before was out of view for a while. `null`: not one face, or
   * not known.
   */
  readonly track: number | null;
  /** How long the face has kept to its place in the picture, ms; absent where nobody measures it. */
  readonly steadyMs?: number;
}

const SIGHT_FRESH_MS = 1_500;
const ADOPTED_AFTER_MS = 5_000;
/** Steps are told late: those of the first moment may be of the way to the screen. */
const STEPS_TOLD_LATE_MS = 1_500;
/** Phones count a step now and then although nobody walks. */
const WALKS_FROM = 3;

/**
 * The face of an open session. Nobody is recognised again once they are in, so that no template has to be kept: a face
 * that has been in view ever since is theirs, one that came later is theirs only once the phone has stayed beside it for
 * a while, and never when it kept to the screen while the phone was walked off with.
 */
export class FaceWatch {
  #own: number | null = null;
  #other: { readonly track: number | null; readonly since: number; readonly steps: number } | undefined;
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
    this.#sign = this.#whose(track, at, stays);
    if (this.#sign !== "stranger") this.#seenAt = at;
  }

  /** The phone told of so many steps at monotonic `at`. */
  walked(steps: number, at: number): void {
    const other = this.#other;
    if (other === undefined || at - other.since < STEPS_TOLD_LATE_MS) return;
    this.#other = { ...other, steps: other.steps + steps };
  }

  sign(at: number): FaceSign {
    return at - this.#lookedAt > SIGHT_FRESH_MS ? "unknown" : this.#sign;
  }

  /** When a face was seen last that may be theirs; `undefined`: never in this session. */
  get seenAt(): number | undefined {
    return this.#seenAt;
  }

  #whose(track: number | null, at: number, stays: boolean): FaceSign {
    if (track !== null && track === this.#own) {
      this.#other = undefined;
      return "seen";
    }
    if (this.#other === undefined || this.#other.track !== track) this.#other = { track, since: at, steps: 0 };
    if (track !== null && this.#other.steps >= WALKS_FROM) return "stranger";
    if (!stays || at - this.#other.since < ADOPTED_AFTER_MS || track === null) return "other";
    this.#own = track;
    this.#other = undefined;
    return "seen";
  }
}
