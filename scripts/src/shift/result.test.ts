import { describe, expect, it } from "vitest";
import { failedSteps, type ShiftResult } from "./result.js";

const good: ShiftResult = {
  enrol: { ok: true, ms: 1 },
  tap: { outcome: "unlocked", ms: 1 },
  walkAway: { outcome: "locked", ms: 1 },
  maskedTap: { outcome: "unlocked", ms: 1 },
  stranger: { outcome: "refused", reason: "no-match" },
  noFace: { outcome: "stays-locked" },
  rogueKiosk: { outcome: "refused", identityBytes: 0 },
  injectedVideo: { outcome: "refused", reason: "camera-unattested" },
  journal: { events: 9, chainValid: true },
  biometricBytesAtSite: 0,
  canaryControlFound: true,
  livenessEnforced: false,
};

describe("the shift's verdict", () => {
  it("is good when every step ended as it must", () => {
    expect(failedSteps(good)).toEqual([]);
  });

  it.each<[keyof ShiftResult, Partial<ShiftResult>]>([
    ["enrol", { enrol: { ok: false, ms: 1 } }],
    ["tap", { tap: { outcome: "refused", ms: 1 } }],
    ["walkAway", { walkAway: { outcome: "unlocked", ms: 1 } }],
    ["maskedTap", { maskedTap: { outcome: "timeout", ms: 1 } }],
    ["maskedTap", { maskedTap: { outcome: "below-threshold", ms: 1 } }],
    ["stranger", { stranger: { outcome: "unlocked", reason: "" } }],
    ["noFace", { noFace: { outcome: "unlocked" } }],
    ["rogueKiosk", { rogueKiosk: { outcome: "refused", identityBytes: 3 } }],
    ["injectedVideo", { injectedVideo: { outcome: "unlocked", reason: "" } }],
    ["journal", { journal: { events: 9, chainValid: false } }],
    ["biometricBytesAtSite", { biometricBytesAtSite: 16 }],
    ["canaryControlFound", { canaryControlFound: false }],
    ["livenessEnforced", { livenessEnforced: true }],
  ])("names %s when it failed", (step, change) => {
    expect(failedSteps({ ...good, ...change })).toEqual([step]);
  });
});
