import { describe, expect, it } from "vitest";
import { NO_COUNTS } from "./measures.js";
import { KioskWatch, type WatchedEvent } from "./watch.js";

const at = (seconds: number, kind: string, body: Record<string, unknown>): WatchedEvent => ({
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
    expect(new KioskWatch().count("bed-7", events)).toEqual({ ...NO_COUNTS, ...expected });
  });

  it("is counted once, and at its own kiosk", () => {
    const watch = new KioskWatch();
    watch.count("bed-7", [locked(0)]);
    expect(watch.count("bed-8", [unlocked(5)]).falseLocks).toBe(0);
    expect(watch.count("bed-7", [unlocked(6)]).falseLocks).toBe(1);
    expect(watch.count("bed-7", [unlocked(7)]).falseLocks).toBe(0);
  });
});

it("a refused tap is a tap", () => {
  const refused = at(0, "tap.refused", { reason: "no-match" });
  expect(new KioskWatch().count("bed-7", [refused, at(1, "camera.lost", {})])).toEqual({
    ...NO_COUNTS,
    taps: 1,
    refused: 1,
  });
});
