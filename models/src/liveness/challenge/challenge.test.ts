import { describe, expect, it } from "vitest";
import { type Draws, seededDraws } from "../simulated/seeded-draws.js";
import {
  type ChallengeKind,
  type ChallengeState,
  challengeKinds,
  drawChallenge,
  LivenessChallenge,
} from "./challenge.js";
import { type HeadPose, meshOfHead, meshOfPhoto, type Unrest } from "./testing/simulated-head.js";

const everyMs = 83;
const unrestOf = (draws: Draws): Unrest => ({ pixels: 0.6, normal: draws.normal });

/** What a person does who is asked: half a second to read, then the movement within a second. */
function answer(kind: ChallengeKind, at: number): HeadPose {
  const share = Math.min(1, Math.max(0, (at - 500) / 900));
  const swing = Math.sin(Math.min(1, Math.max(0, (at - 500) / 1_000)) * Math.PI);
  switch (kind) {
    case "turn-left":
      return { yaw: 28 * share };
    case "turn-right":
      return { yaw: -28 * share };
    case "nod":
      return { pitch: 18 * swing };
    case "blink":
      return { eyes: at > 900 && at < 1_200 ? 0.15 : 1 };
    case "closer":
      return { distance: 550 - 150 * share };
  }
}

/** Shows the challenge what each moment gives, and says how it ended. */
function play(
  kind: ChallengeKind,
  meshAt: (at: number) => ReturnType<typeof meshOfHead>,
  untilMs = 3_000,
): ChallengeState {
  const challenge = new LivenessChallenge(kind, 0);
  let state: ChallengeState = challenge.tick(0);
  for (let at = 60; at < untilMs && state.state === "running"; at += everyMs) {
    state = challenge.see({ at, faces: 1, mesh: meshAt(at) });
  }
  return state;
}

describe("a liveness challenge", () => {
  for (const kind of challengeKinds) {
    it(`is passed by a head that does as asked: ${kind}`, () => {
      const ended = Array.from({ length: 40 }, (_, seed) => {
        const unrest = unrestOf(seededDraws(seed));
        return play(kind, (at) => meshOfHead(answer(kind, at), unrest)).state;
      });
      expect(ended.filter((state) => state !== "passed")).toEqual([]);
    });

    it(`is not passed by a head that does what was not asked: ${kind}`, () => {
      const others = challengeKinds.filter((other) => other !== kind);
      const ended = others.map((other) => play(kind, (at) => meshOfHead(answer(other, at))).state);
      expect(ended).toEqual(others.map(() => "failed"));
    });

    it(`is not passed by a photo, however it is turned, tilted, moved or brought closer: ${kind}`, () => {
      const passed = Array.from({ length: 100 }, (_, seed) => seed).filter((seed) => {
        const draws = seededDraws(seed, 9);
        const unrest = unrestOf(draws);
        const most = { yaw: draws.normal() * 30, pitch: draws.normal() * 25, roll: draws.normal() * 15 };
        const [nearer, aside, rate] = [draws.between(-60, 200), draws.normal() * 40, draws.between(0.5, 2)];
        const meshAt = (at: number) => {
          const share = Math.min(1, Math.max(0, at - 350) / 1_500) * rate;
          const swing = rate > 1 ? Math.sin(share * Math.PI) : Math.min(1, share);
          const held = { yaw: most.yaw * swing, pitch: most.pitch * swing, roll: most.roll * swing };
          return meshOfPhoto({}, { ...held, distance: 550 - nearer * swing, aside: aside * swing }, unrest);
        };
        return play(kind, meshAt).state === "passed";
      });
      expect(passed).toEqual([]);
    });
  }

  it("is failed by a photo that is exchanged for another one", () => {
    const exchanged = (kind: ChallengeKind, other: HeadPose) =>
      play(kind, (at) => meshOfPhoto(at < 900 ? {} : other, {}));
    expect([exchanged("turn-left", { yaw: 28 }), exchanged("closer", { yaw: 10 })]).toEqual([
      { state: "failed", reason: "face-jumped" },
      { state: "failed", reason: "too-late" },
    ]);
  });

  it("tolerates no gap of more than 200 ms, no second face, no missing face and no jump to another place", () => {
    const after = (look: { at: number; faces?: number; pose?: HeadPose | null }): ChallengeState => {
      const challenge = new LivenessChallenge("turn-left", 0);
      for (const at of [0, 80, 160, 240]) challenge.see({ at, faces: 1, mesh: meshOfHead({}) });
      const mesh = look.pose === null ? undefined : meshOfHead(look.pose ?? {});
      return challenge.see({ at: look.at, faces: look.faces ?? 1, mesh });
    };
    expect([
      after({ at: 441 }),
      after({ at: 320, faces: 2 }),
      after({ at: 320, faces: 0, pose: null }),
      after({ at: 320, pose: { aside: 80 } }),
      after({ at: 320, pose: { distance: 380 } }),
      after({ at: 440 }).state,
    ]).toEqual([
      { state: "failed", reason: "face-lost" },
      { state: "failed", reason: "several-faces" },
      { state: "failed", reason: "face-lost" },
      { state: "failed", reason: "face-jumped" },
      { state: "failed", reason: "face-jumped" },
      "running",
    ]);
  });

  it("ends in less than three seconds, and stays as it ended", () => {
    const challenge = new LivenessChallenge("nod", 1_000);
    for (let at = 1_000; at <= 3_900; at += 100) challenge.see({ at, faces: 1, mesh: meshOfHead({}) });
    expect([challenge.tick(3_901), challenge.see({ at: 3_950, faces: 1, mesh: meshOfHead({}) })]).toEqual([
      { state: "failed", reason: "too-late" },
      { state: "failed", reason: "too-late" },
    ]);
  });

  it("ends when no frame comes any more", () => {
    const challenge = new LivenessChallenge("blink", 0);
    challenge.see({ at: 100, faces: 1, mesh: meshOfHead({}) });
    expect([challenge.tick(300).state, challenge.tick(501)]).toEqual([
      "running",
      { state: "failed", reason: "face-lost" },
    ]);
  });

  it("asks first to look straight, and then shows how far one is", () => {
    const challenge = new LivenessChallenge("turn-right", 0);
    expect(challenge.see({ at: 0, faces: 1, mesh: meshOfHead({ yaw: -30 }) })).toEqual({
      state: "running",
      progress: 0,
      hint: "look-straight",
    });
    for (const at of [80, 160, 240, 320]) challenge.see({ at, faces: 1, mesh: meshOfHead({ yaw: -17 }) });
    const steps = [6, 12].map((yaw, step) =>
      challenge.see({ at: 400 + step * 80, faces: 1, mesh: meshOfHead({ yaw: -17 - yaw }) }),
    );
    const progress = steps.map((state) => (state.state === "running" ? state.progress : -1));
    expect(progress[0]).toBeGreaterThan(0.2);
    expect(progress[1]).toBeGreaterThan(progress[0] ?? 1);
  });

  it("is drawn, each kind as often as the others", () => {
    const random = seededDraws(5).next;
    const counts = new Map<string, number>();
    for (let i = 0; i < 5_000; i++) {
      const kind = drawChallenge(random);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([...challengeKinds].sort());
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});
