import type { FaceMesh } from "../../face/face-mesh.js";
import { poseOf } from "../../face/pose.js";
import { type Gesture, gestureOf, solidityBetween, steadyGesture } from "./gesture.js";

/** Left and right are the person's own. */
export const challengeKinds = ["turn-left", "turn-right", "blink", "nod", "closer"] as const;
export type ChallengeKind = (typeof challengeKinds)[number];

export type ChallengeFailure = "too-late" | "face-lost" | "several-faces" | "face-jumped" | "not-solid";
export type ChallengeHint = "look-straight" | "hold-still" | "go-on" | "come-back";

export type ChallengeState =
  | { readonly state: "running"; readonly progress: number; readonly hint: ChallengeHint }
  | { readonly state: "passed" }
  | { readonly state: "failed"; readonly reason: ChallengeFailure };

/** One look at the camera's picture. */
export interface ChallengeLook {
  /** Monotonic ms at which the frame came. */
  readonly at: number;
  readonly faces: number;
  readonly mesh: FaceMesh | undefined;
}

/** Which challenge it is can be known to nobody before: `random` gives 0 up to, not including, 1. */
export function drawChallenge(random: () => number): ChallengeKind {
  return challengeKinds[Math.floor(random() * challengeKinds.length)] ?? "blink";
}

export const challengeWithinMs = 2_900;
// Longer without a look, and somebody else may have stepped in.
const longestGapMs = 200;
const steadyLooks = 3;
const mostTurnAtStart = 18;
// Of the width of the eyes, from one look to the next: faster than a head, as fast as a picture that is exchanged.
const mostJump = 0.6;
const mostGrowth = 1.35;
const mostParallaxJump = 0.1;
const targets = { turn: 0.07, nod: 0.05, growth: 1.28 } as const;
// What is left of the openness of the eyes when they count as shut, and as open again.
const shut = 0.6;
const reopened = 0.8;
// From 55 cm to 43 cm the sides of a head, about 75 mm behind its eyes, grow 3 % less than its face; those of a photo do not.
const leastNarrower = 0.015;
const looksForNarrower = 4;
// A head that only blinks or comes closer may turn a little meanwhile; a picture that is bent or exchanged moves more.
const mostParallaxMeanwhile = 0.12;

/**
 * One challenge from the moment at which it is shown. Passes when a solid face does what is asked, within 2.9 s, in an
 * unbroken row of looks at the same face; fails for good at the first thing that a person before the camera would not do.
 * Judged by points alone: no picture is kept.
 */
export class LivenessChallenge {
  readonly kind: ChallengeKind;
  readonly #startedAt: number;
  #steady: Gesture[] = [];
  #reference: Gesture | undefined;
  #last: { readonly at: number; readonly look: Gesture; readonly parallax: number } | undefined;
  #reached = 0;
  #best = 0;
  #narrower: number[] = [];
  #ended: ChallengeState | undefined;

  constructor(kind: ChallengeKind, startedAt: number) {
    this.kind = kind;
    this.#startedAt = startedAt;
  }

  /** Time passed without a look. */
  tick(at: number): ChallengeState {
    if (this.#ended !== undefined) return this.#ended;
    if (at - this.#startedAt > challengeWithinMs) return this.#fail("too-late");
    if (at - (this.#last?.at ?? this.#startedAt) > longestGapMs * 2) return this.#fail("face-lost");
    return { state: "running", progress: this.#best, hint: "hold-still" };
  }

  see({ at, faces, mesh }: ChallengeLook): ChallengeState {
    if (this.#ended !== undefined) return this.#ended;
    if (at - this.#startedAt > challengeWithinMs) return this.#fail("too-late");
    if (faces > 1) return this.#fail("several-faces");
    if (mesh === undefined) return this.#fail("face-lost");
    const look = gestureOf(mesh);
    const last = this.#last;
    if (last !== undefined) {
      if (at - last.at > longestGapMs) return this.#fail("face-lost");
      if (jumped(last.look, look)) return this.#fail("face-jumped");
    }
    if (this.#reference === undefined) return this.#settle(at, look, mesh);
    return this.#judge(at, look, this.#reference);
  }

  #settle(at: number, look: Gesture, mesh: FaceMesh): ChallengeState {
    this.#last = { at, look, parallax: 0 };
    const { yaw, pitch } = poseOf(mesh);
    if (Math.abs(yaw) > mostTurnAtStart || Math.abs(pitch) > mostTurnAtStart) {
      this.#steady = [];
      return { state: "running", progress: 0, hint: "look-straight" };
    }
    this.#steady.push(look);
    const [first, ...others] = this.#steady;
    if (first !== undefined && this.#steady.length >= steadyLooks) this.#reference = steadyGesture([first, ...others]);
    return { state: "running", progress: 0, hint: "go-on" };
  }

  #judge(at: number, look: Gesture, reference: Gesture): ChallengeState {
    const { across, down, narrower } = solidityBetween(reference, look);
    const parallax = Math.hypot(across, down);
    // From a frontal photo to one in profile it is a single step; a head passes through what lies between.
    if (Math.abs(parallax - (this.#last?.parallax ?? 0)) > mostParallaxJump) return this.#fail("face-jumped");
    this.#last = { at, look, parallax };
    switch (this.kind) {
      // The person's left is the picture's right.
      case "turn-left":
        return this.#hold(across / targets.turn);
      case "turn-right":
        return this.#hold(-across / targets.turn);
      case "nod":
        return this.#thereAndBack(down / targets.nod, Math.abs(down) < targets.nod * 0.6);
      case "blink": {
        if (parallax > mostParallaxMeanwhile) return this.#fail("not-solid");
        const openness = look.openness / reference.openness;
        return this.#thereAndBack((1 - openness) / (1 - shut), openness > reopened);
      }
      case "closer": {
        if (parallax > mostParallaxMeanwhile) return this.#fail("not-solid");
        const growth = (look.width / reference.width - 1) / (targets.growth - 1);
        return this.#hold(Math.min(growth, growth < 1 || this.#isSolid(narrower) ? growth : 0.95));
      }
    }
  }

  /** One look's sides are too unsteady: the mean of several decides, all of them from close by. */
  #isSolid(narrower: number): boolean {
    this.#narrower = [...this.#narrower, narrower].slice(-looksForNarrower);
    const mean = this.#narrower.reduce((sum, each) => sum + each, 0) / this.#narrower.length;
    return this.#narrower.length === looksForNarrower && mean >= leastNarrower;
  }

  /** Reached in two looks one after the other: a single one may be a misread face. */
  #hold(share: number): ChallengeState {
    this.#best = Math.max(this.#best, Math.min(1, Math.max(0, share)));
    this.#reached = share >= 1 ? this.#reached + 1 : 0;
    return this.#reached >= 2 ? this.#pass() : { state: "running", progress: this.#best, hint: "go-on" };
  }

  #thereAndBack(share: number, back: boolean): ChallengeState {
    const there = this.#reached >= 2;
    if (there && back) return this.#pass();
    if (!there) this.#reached = share >= 1 ? this.#reached + 1 : 0;
    this.#best = Math.max(this.#best, Math.min(1, Math.max(0, share)));
    return { state: "running", progress: this.#best * 0.9, hint: this.#reached >= 2 ? "come-back" : "go-on" };
  }

  #pass(): ChallengeState {
    this.#ended = { state: "passed" };
    return this.#ended;
  }

  #fail(reason: ChallengeFailure): ChallengeState {
    this.#ended = { state: "failed", reason };
    return this.#ended;
  }
}

function jumped(before: Gesture, now: Gesture): boolean {
  const moved = Math.hypot(now.middle.x - before.middle.x, now.middle.y - before.middle.y) / before.width;
  const growth = Math.max(now.width / before.width, before.width / now.width);
  return moved > mostJump || growth > mostGrowth;
}
