import { type ChallengeLook, type ChallengeState, LivenessChallenge } from "@wardkey/models";
import type { ChallengeJob } from "./analyst-port.js";

// A face that passed and was not seen for longer may be another one.
const LONGEST_GAP_MS = 300;

/** The challenge of the face before the camera, and whether that face passed it and has been there ever since. */
export class ChallengedFace {
  #challenge: LivenessChallenge | undefined;
  #passed = false;
  #lastAt = Number.NEGATIVE_INFINITY;

  begin({ kind, at }: ChallengeJob): void {
    this.#passed = false;
    this.#challenge = new LivenessChallenge(kind, at);
  }

  cancel(): void {
    this.#challenge = undefined;
    this.#passed = false;
  }

  get passed(): boolean {
    return this.#passed;
  }

  /** `continues`: it is the same face as in the frame before. */
  see(look: ChallengeLook, continues: boolean): ChallengeState | undefined {
    if (!continues || look.faces !== 1 || look.at - this.#lastAt > LONGEST_GAP_MS) this.#passed = false;
    this.#lastAt = look.at;
    const state = this.#challenge?.see(look);
    if (state === undefined || state.state === "running") return state;
    this.#challenge = undefined;
    this.#passed = state.state === "passed";
    return state;
  }
}
