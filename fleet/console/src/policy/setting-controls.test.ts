import { PRODUCTION_SETTINGS, SETTING_NAMES, STRICTEST } from "@wardkey/protocol/policy";
import { describe, expect, it } from "vitest";
import { controlOf, sectionOf } from "./setting-controls.js";

describe("the controls of a form", () => {
  it("follow the policy's own bounds", () => {
    expect([
      controlOf("camera.attested"),
      controlOf("lease.hours"),
      controlOf("presence.nearMetres"),
      controlOf("consent.mode"),
      controlOf("matching.falseMatchRate.masked"),
      controlOf("ways.withoutFace"),
      controlOf("nudge.quietHours"),
    ]).toEqual([
      { kind: "switch" },
      { kind: "number", least: 1, most: 72, step: 1 },
      { kind: "number", least: 0.3, most: 3, step: 0.1 },
      { kind: "choice", options: ["A", "B", "C"] },
      { kind: "choice", options: [0.01, 0.001, 0.0001, 0.00001, "badge-and-pin"] },
      { kind: "several", options: ["badge-and-pin", "phone-and-pin", "one-time-code"] },
      { kind: "hours", most: 4 },
    ]);
  });

  it("ask for every setting, and can show every value that a site begins with", () => {
    for (const name of SETTING_NAMES) {
      const control = controlOf(name);
      expect([name, control.kind === "text"]).toEqual([name, false]);
      for (const value of [PRODUCTION_SETTINGS[name], STRICTEST[name]]) {
        const shows =
          control.kind === "choice"
            ? control.options.some((option) => option === value)
            : control.kind === "number"
              ? Number(value) >= control.least && Number(value) <= control.most
              : typeof value === (control.kind === "switch" ? "boolean" : "object");
        expect([name, shows]).toEqual([name, true]);
      }
      expect([name, sectionOf(name) === "other"]).toEqual([name, false]);
    }
  });
});
