import { describe, expect, it } from "vitest";
import { NO_COUNTS } from "./measures.js";
import { KioskWatch, type WatchedEvent } from "./watch.js";

let seq = 0;
const at = (seconds: number, kind: string, body: Record<string, unknown>): WatchedEvent => ({
  seq: ++seq,
  kind,
  at: seconds * 1_000,
  body,
});
const locked = (seconds: number, reason = "walked-away", staffId = "anna") =>
  at(seconds, "session.locked", { reason, staffId });
const unlocked = (seconds: number, staffId = "anna") => at(seconds, "session.unlocked", { staffId, ms: 450 });
const oneTap = { taps: 1, tapTimes: NO_COUNTS.tapTimes.map((_, bucket) => (bucket === 3 ? 1 : 0)) };

describe("a false lock", () => {
  it.each([
    ["the same person back within half a minute", [locked(0), unlocked(30)], { locks: 1, falseLocks: 1, ...oneTap }],
    ["somebody else", [locked(0), unlocked(20, "ben")], { locks: 1, ...oneTap }],
    ["back after a while", [locked(0), unlocked(31)], { locks: 1, ...oneTap }],
    ["a lock by hand", [locked(0, "lock-now"), unlocked(5)], oneTap],
    ["a lock of nobody", [at(0, "session.locked", { reason: "walked-away" }), unlocked(5)], oneTap],
  ])("%s", (_what, events, expected) => {
    expect(new KioskWatch().count("bed-7", events, 1)).toEqual({ ...NO_COUNTS, ...expected });
  });

  it("is counted once, and at its own kiosk", () => {
    const watch = new KioskWatch();
    watch.count("bed-7", [locked(0)], 1);
    expect(watch.count("bed-8", [unlocked(5)], 1).falseLocks).toBe(0);
    expect(watch.count("bed-7", [unlocked(6)], 1).falseLocks).toBe(1);
    expect(watch.count("bed-7", [unlocked(7)], 1).falseLocks).toBe(0);
  });
});

it("a refused tap is a tap", () => {
  const refused = at(0, "tap.refused", { reason: "no-match" });
  expect(new KioskWatch().count("bed-7", [refused, at(1, "camera.lost", {})], 1)).toEqual({
    ...NO_COUNTS,
    taps: 1,
    refused: 1,
  });
});

it("an entry that comes again counts once", () => {
  const watch = new KioskWatch();
  const events = [locked(0), unlocked(5)];
  expect(watch.count("bed-7", events, 1)).toMatchObject({ locks: 1, falseLocks: 1, taps: 1 });
  expect(watch.count("bed-7", events, 1)).toEqual(NO_COUNTS);
});

it("one kiosk that floods its journal does not decide for all, and counts again in the next stage", () => {
  const watch = new KioskWatch();
  const flood = () => Array.from({ length: 2_000 }, (_, n) => [locked(n * 60), unlocked(n * 60 + 1)]).flat();
  expect(watch.count("bed-7", flood(), 1)).toMatchObject({ locks: 150, falseLocks: 150 });
  expect(watch.count("bed-7", flood(), 1)).toEqual(NO_COUNTS);
  expect(watch.count("bed-7", [locked(0), unlocked(5)], 2)).toMatchObject({ falseLocks: 1 });
});
