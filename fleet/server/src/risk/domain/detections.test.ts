import { describe, expect, it } from "vitest";
import { Detections } from "./detections.js";
import type { Trigger } from "./seen-event.js";

const NOW = Date.UTC(2026, 10, 23, 9);
const HOUR = 60 * 60_000;
const trigger = (more: Partial<Trigger>): Trigger => ({
  ...{ detector: "policy-lag", device: "bed-7", staffId: null, strength: 0.4, at: NOW, lastsMs: HOUR, facts: {} },
  ...more,
});

describe("detections", () => {
  it("begin no later than they were noticed, whatever time they come with, and last from there", () => {
    const detections = new Detections(() => "one");
    const ahead = trigger({ at: NOW + 365 * 24 * HOUR });
    const expected = { firstAt: NOW, lastAt: NOW, until: NOW + HOUR };
    expect(detections.notice(ahead, NOW)?.detection).toMatchObject({ ...expected, count: 1 });
    expect(detections.notice(ahead, NOW)?.detection).toMatchObject({ ...expected, count: 2 });
  });

  it("name nobody once they are of more than one person", () => {
    const detections = new Detections(() => "one");
    const named = (staffId: string | null) => detections.notice(trigger({ staffId }), NOW)?.detection.staffId;
    expect([named("anna"), named("anna"), named("ben"), named("anna")]).toEqual(["anna", "anna", null, null]);
  });
});
