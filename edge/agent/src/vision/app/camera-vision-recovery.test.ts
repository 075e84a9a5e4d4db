import { randomBytes } from "node:crypto";
import { instant, WardkeyError } from "@wardkey/protocol";
import { OpaqueTemplate } from "@wardkey/protocol/credential";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type CameraState, TemplateKey } from "../index.js";
import type { AnalystPort } from "./analyst-port.js";
import { CameraVision } from "./camera-vision.js";

const broken = new WardkeyError("vision-unavailable", "the worker has ended");

/** An analyst whose thread can end, and that sees one face in every frame; its first starts may fail. */
function mortalAnalyst({ failing = 0 } = {}) {
  let alive = false;
  let starts = 0;
  let frames = 0;
  let onFailure = (): void => {};
  const calls: string[] = [];
  const analyst: AnalystPort = {
    async start() {
      calls.push("start");
      starts += 1;
      if (starts <= failing) {
        onFailure();
        throw broken;
      }
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

const rates = () => ({ bare: 1e-4, masked: 1e-3 });

function visionOf({ analyst }: ReturnType<typeof mortalAnalyst>) {
  const clock = { now: () => instant(Date.now()), monotonic: () => Date.now() };
  const vision = new CameraVision({ analyst, source: undefined, attested: false, clock, rates });
  const states: CameraState[] = [];
  vision.onCamera((state) => states.push(state));
  vision.setPace("fast");
  const send = async (frames: number): Promise<void> => {
    for (let sequence = 0; sequence < frames; sequence += 1) {
      vision.push({ jpeg: Uint8Array.of(1), sequence, at: Date.now() });
      await vi.advanceTimersByTimeAsync(100);
    }
  };
  return { vision, states, send };
}

beforeEach(() => vi.useFakeTimers({ now: 0 }));
afterEach(() => vi.useRealTimers());

describe("vision whose worker ends", () => {
  it("says so, matches nothing meanwhile, and sees again", async () => {
    const mortal = mortalAnalyst();
    const { vision, states, send } = visionOf(mortal);
    await vision.start();
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

describe("vision whose models do not load at first", () => {
  it("says so although it never saw, tries again at growing intervals, and sees", async () => {
    const mortal = mortalAnalyst({ failing: 3 });
    const { vision, states, send } = visionOf(mortal);
    await expect(vision.start()).rejects.toMatchObject({ code: "vision-unavailable" });
    const down = { state: "down", code: "vision-unavailable" };
    expect(states).toEqual([down]);
    const triesAfter: number[] = [];
    for (const seconds of [1, 1, 1, 4]) {
      await vi.advanceTimersByTimeAsync(seconds * 1_000);
      triesAfter.push(mortal.calls.length);
    }
    expect(triesAfter).toEqual([2, 2, 3, 4]);
    await send(4);
    expect(states).toEqual([down, { state: "ok", code: null }]);
    await vision.stop();
  });

  it("keeps saying so when the page's camera becomes available meanwhile", async () => {
    const { vision, states, send } = visionOf(mortalAnalyst({ failing: 3 }));
    await vision.start().catch(() => {});
    vision.pageCamera("available");
    await send(25);
    expect(states).toEqual([{ state: "down", code: "vision-unavailable" }]);
    await vision.stop();
  });

  it("tries no more once it is stopped", async () => {
    const mortal = mortalAnalyst({ failing: 9 });
    const { vision } = visionOf(mortal);
    await vision.start().catch(() => {});
    await vision.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(mortal.calls).toEqual(["start", "stop"]);
  });
});
