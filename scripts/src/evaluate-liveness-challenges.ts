import { type ChallengeKind, challengeKinds, LivenessChallenge, type Vision } from "@wardkey/models";
import { simulateRecapture } from "@wardkey/models/measuring";
import { interval95, sumOf } from "./evaluate/intervals.js";
import { round } from "./evaluate/rates.js";
import type { FaceInPhoto } from "./evaluate-liveness-presentations.js";
import type { Rate } from "./evaluate-liveness-rates.js";

const betweenLooksMs = 83;
const looks = 34;
const standsStillMs = 350;
const movesForMs = 1_200;

/** The movement of a hand that would look most like what a challenge asks for. */
const likeliest: Readonly<
  Record<ChallengeKind, { readonly yaw?: number; readonly pitch?: number; readonly nearer?: number }>
> = {
  "turn-left": { yaw: 0.6 },
  "turn-right": { yaw: -0.6 },
  nod: { pitch: 0.5 },
  blink: { pitch: 0.5 },
  closer: { nearer: 1.4 },
};

/**
 * How often a challenge is passed by a photo in a hand that is turned, tilted or brought closer as the challenge asks:
 * simulated recaptures, looked at with the networks that ship. Each photo tries each challenge once, in both directions;
 * intervals take the two for one, since one photo made both.
 */
export async function challengeRates(
  photos: AsyncIterable<FaceInPhoto>,
  vision: Vision,
): Promise<Readonly<Record<ChallengeKind, Rate>>> {
  const passes = new Map<ChallengeKind, { readonly errors: number; readonly trials: number }[]>();
  let tried = 0;
  for await (const shown of photos) {
    for (const kind of challengeKinds) {
      let errors = 0;
      for (const way of [1, -1]) if (await isPassed(shown, { kind, way, seed: tried }, vision)) errors++;
      passes.set(kind, [...(passes.get(kind) ?? []), { errors, trials: 2 }]);
    }
    tried += 2;
  }
  const rateOf = (kind: ChallengeKind): Rate => {
    const photosTried = passes.get(kind) ?? [];
    const rate = sumOf(photosTried).errors / Math.max(1, tried);
    return { rate: round(rate), interval95: interval95(photosTried), presentations: tried };
  };
  return {
    "turn-left": rateOf("turn-left"),
    "turn-right": rateOf("turn-right"),
    blink: rateOf("blink"),
    nod: rateOf("nod"),
    closer: rateOf("closer"),
  };
}

interface Attempt {
  readonly kind: ChallengeKind;
  readonly way: number;
  readonly seed: number;
}

async function isPassed({ photo, mesh }: FaceInPhoto, { kind, way, seed }: Attempt, vision: Vision): Promise<boolean> {
  const challenge = new LivenessChallenge(kind, 0);
  const { yaw = 0, pitch = 0, nearer = 1 } = likeliest[kind];
  for (let look = 0; look < looks; look++) {
    const at = betweenLooksMs * (look + 1);
    const share = Math.min(1, Math.max(0, (at - standsStillMs) / movesForMs));
    const swing = kind === "nod" || kind === "blink" ? Math.sin(share * Math.PI) : share;
    const motion = { yaw: way * yaw * swing, pitch: way * pitch * swing, nearer: 1 + (nearer - 1) * swing };
    const frame = await simulateRecapture(photo, mesh, { kind: "print", seed, frame: look, strength: 0.2, motion });
    const { faces, face } = await vision.analyse(frame, { landmarks: true });
    const { state } = challenge.see({ at, faces, mesh: face?.mesh });
    if (state !== "running") return state === "passed";
  }
  return false;
}
