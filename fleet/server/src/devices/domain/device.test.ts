import { DEVICE_STATES } from "@wardkey/protocol/fleet";
import { describe, expect, it } from "vitest";
import { type DeviceAct, desiredStatus, mayTalk, transition } from "./device.js";

describe("a device's life", () => {
  it("goes where each act leads, and nowhere else", () => {
    const acts: DeviceAct[] = ["enrol", "ticket", "quarantine", "release", "deny", "replace", "retire"];
    const lives = DEVICE_STATES.map((state) => [
      state,
      ...acts.map((act) => {
        const next = transition({ state, enrolledAt: state === "awaiting" ? null : 1 }, act);
        return next.ok ? next.state : next.code;
      }),
    ]);
    expect(lives).toEqual([
      ["awaiting", "enrolled", "awaiting", "quarantined", "device-not-quarantined", "denied", "awaiting", "retired"],
      [
        "enrolled",
        "enrolled",
        "device-enrolled",
        "quarantined",
        "device-not-quarantined",
        "denied",
        "awaiting",
        "retired",
      ],
      ["quarantined", "quarantined", "device-quarantined", "quarantined", "enrolled", "denied", "awaiting", "retired"],
      [
        "denied",
        "device-denied",
        "device-denied",
        "device-denied",
        "device-not-quarantined",
        "denied",
        "awaiting",
        "retired",
      ],
      ["retired", ...Array(6).fill("device-retired"), "retired"],
    ]);
  });

  it("returns from quarantine to waiting when it never enrolled", () => {
    expect(transition({ state: "quarantined", enrolledAt: null }, "release")).toEqual({ ok: true, state: "awaiting" });
  });

  it("tells the device and its neighbours what it is", () => {
    expect(DEVICE_STATES.map((state) => [desiredStatus(state), mayTalk(state)])).toEqual([
      ["active", true],
      ["active", true],
      ["quarantined", false],
      ["denied", false],
      ["denied", false],
    ]);
  });
});
