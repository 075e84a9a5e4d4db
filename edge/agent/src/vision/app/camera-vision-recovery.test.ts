import { randomBytes } from "node:crypto";
import { instant, WardkeyError } from "@wardkey/protocol";
import { OpaqueTemplate } from "@wardkey/protocol/credential";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type CameraState, TemplateKey } from "../index.js";
import type { AnalystPort } from "./analyst-port.js";
import { CameraVision } from "./camera-vision.js";

const broken = new WardkeyError("vision-unavailable", "the worker has ended");

/** An analyst whose thread can end, and that sees one face in every frame. */
function mortalAnalyst() {
  let alive = false;
  let frames = 0;
  let onFailure = (): void => {};
  const calls: string[] = [];
  const analyst: AnalystPort = {
    async start() {
      calls.push("start");
      alive = true;
    },
    async look({ at, frame }) {
      if (!alive) throw broken;
      frames += 1;
      const picture = { brightness: 120, signature: `${frames}`, width: 640, height: 480 };
      const seen = { at, faces: 1, hints: [], ...picture, liveness: 0.8, analysisMs: 1 };
      return { outcome: "seen", result: seen, bytes: frame.bytes };
    },
    async compare() {
      if (!alive) throw broken;
      return { outcome: "match", branch: "bare" };
    },
    beginEnrolment: async () => {},
    cancelEnrolment: async () => {},
    beginChallenge: async () => {},
    cancelChallenge: async () => {},
    takeScores: async () => [],
    onFailure(listener) {
      onFailure = listener;
    },
    async stop() {
      calls.push("stop");
      alive = false;
    },
  };
  return {
    analyst,
    calls,
    die() {
      alive = false;
      onFailure();
    },
  };
}

beforeEach(() => vi.useFakeTimers({ now: 0 }));
afterEach(() => vi.useRealTimers());

describe("vision whose worker ends", () => {
  it("says so, matches nothing meanwhile, and sees again", async () => {
    const mortal = mortalAnalyst();
    const clock = { now: () => instant(Date.now()), monotonic: () => Date.now() };
    const rates = () => ({ bare: 1e-4, masked: 1e-3 });
    const vision = new CameraVision({ analyst: mortal.analyst, source: undefined, attested: false, clock, rates });
    const states: CameraState[] = [];
    vision.onCamera((state) => states.push(state));
    vision.setPace("fast");
    await vision.start();
    const send = async (frames: number): Promise<void> => {
      for (let sequence = 0; sequence < frames; sequence += 1) {
        vision.push({ jpeg: Uint8Array.of(1), sequence, at: Date.now() });
        await vi.advanceTimersByTimeAsync(100);
      }
    };
    const match = () =>
      vision.match({
        template: new OpaqueTemplate(randomBytes(404)),
        templateKey: new TemplateKey(randomBytes(32)),
        waitMs: 0,
      });
    await send(3);
    const outcomes = [await match()];
    mortal.die();
    await send(3);
    outcomes.push(await match());
    await send(12);
    outcomes.push(await match());
    expect({ states, outcomes, calls: mortal.calls }).toEqual({
      states: [
        { state: "ok", code: null },
        { state: "down", code: "vision-unavailable" },
        { state: "ok", code: null },
      ],
      outcomes: [{ outcome: "match", branch: "bare" }, { outcome: "stale" }, { outcome: "match", branch: "bare" }],
      calls: ["start", "start"],
    });
    await vision.stop();
    expect(mortal.calls).toEqual(["start", "start", "stop"]);
  });
});
