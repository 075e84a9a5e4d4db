import { instant } from "@wardkey/protocol";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AnalystPort, Looked, LookJob } from "./analyst-port.js";
import { FramePump } from "./frame-pump.js";

/** An analyst that finishes a look when the test says so. */
function slowAnalyst() {
  const jobs: LookJob[] = [];
  let finish: ((looked: Looked) => void) | undefined;
  let fail: ((error: Error) => void) | undefined;
  const analyst: AnalystPort = {
    start: async () => {},
    look: (job) => {
      jobs.push(job);
      return new Promise((resolve, reject) => {
        finish = resolve;
        fail = reject;
      });
    },
    compare: async () => ({ outcome: "stale" }),
    beginEnrolment: async () => {},
    cancelEnrolment: async () => {},
    beginChallenge: async () => {},
    cancelChallenge: async () => {},
    takeScores: async () => [],
    onFailure() {},
    stop: async () => {},
  };
  return {
    analyst,
    jobs,
    async finish() {
      const bytes = jobs.at(-1)?.frame.bytes ?? new Uint8Array(0);
      finish?.({ outcome: "unreadable", bytes });
      await vi.advanceTimersByTimeAsync(0);
    },
    async fail() {
      fail?.(new Error("the worker has ended"));
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

function pumping() {
  const slow = slowAnalyst();
  const returned: number[] = [];
  const broken: string[] = [];
  const pump = new FramePump({
    analyst: slow.analyst,
    clock: { now: () => instant(Date.now()), monotonic: () => Date.now() },
    giveBack: (bytes) => returned.push(bytes[0] ?? 0),
    onResult() {},
    onBroken: () => broken.push("broken"),
  });
  const put = (id: number): void => pump.put({ at: Date.now(), frame: { kind: "jpeg", bytes: Uint8Array.of(id) } });
  return { ...slow, pump, put, returned, broken, looked: () => slow.jobs.map(({ frame }) => frame.bytes[0]) };
}

beforeEach(() => vi.useFakeTimers({ now: 0 }));
afterEach(() => vi.useRealTimers());

describe("the pump of frames", () => {
  it("looks at the newest frame only, and gives every buffer back", async () => {
    const { pump, put, looked, finish, returned } = pumping();
    pump.setPace("fast");
    for (const id of [1, 2, 3, 4]) put(id);
    expect([looked(), returned]).toEqual([[1], [2, 3]]);
    await vi.advanceTimersByTimeAsync(100);
    await finish();
    expect([looked(), returned]).toEqual([
      [1, 4],
      [2, 3, 1],
    ]);
    await finish();
    expect(returned).toEqual([2, 3, 1, 4]);
  });

  it("keeps to its pace, and to the fast one while somebody waits", async () => {
    const { pump, put, jobs, finish } = pumping();
    const perSecond = async (): Promise<number> => {
      const before = jobs.length;
      for (let at = 0; at < 1_000; at += 10) {
        put(1);
        await finish();
        await vi.advanceTimersByTimeAsync(10);
      }
      return jobs.length - before;
    };
    const counts: number[] = [await perSecond()];
    pump.setPace("slow");
    counts.push(await perSecond());
    const relax = pump.hurry();
    counts.push(await perSecond());
    relax();
    pump.setPace("off");
    counts.push(await perSecond());
    const [none, slow = 0, fast = 0, off] = counts;
    expect([none, off]).toEqual([0, 0]);
    // One more than the pace at the most: the first of each second is at its very beginning.
    expect([2, 3]).toContain(slow);
    expect([11, 12, 13]).toContain(fast);
  });

  it("makes embeddings only when it is fast", async () => {
    const { pump, put, jobs, finish } = pumping();
    pump.setPace("slow");
    put(1);
    await finish();
    pump.setPace("fast");
    await vi.advanceTimersByTimeAsync(1_000);
    put(2);
    expect(jobs.map(({ embed }) => embed)).toEqual([false, true]);
  });

  it("says when the analyst broke, and takes frames again", async () => {
    const { pump, put, fail, broken, looked } = pumping();
    pump.setPace("fast");
    put(1);
    await fail();
    await vi.advanceTimersByTimeAsync(100);
    put(2);
    expect([broken, looked()]).toEqual([["broken"], [1, 2]]);
    pump.stop();
  });
});
