import { PRODUCTION_SETTINGS } from "@wardkey/protocol/policy";
import { describe, expect, it } from "vitest";
import { cuesAt } from "./cues.js";

const at = (hour: number, minute = 0) => new Date(2026, 10, 22, hour, minute).getTime();
const settings = { ...PRODUCTION_SETTINGS, "cue.sound": "normal" as const };

describe("the cues of a kiosk", () => {
  it.each([
    [21, 59, "normal"],
    [22, 0, "off"],
    [23, 59, "off"],
    [0, 0, "off"],
    [5, 59, "off"],
    [6, 0, "normal"],
    [14, 30, "normal"],
  ] as const)("at %d:%d sound %s, and shine all the same", (hour, minute, sound) => {
    expect(cuesAt(settings, at(hour, minute))).toEqual({ sound, light: true });
  });

  it("are heard through the day where quiet hours are within it", () => {
    const siesta = { ...settings, "nudge.quietHours": [{ from: "13:00", to: "15:00" }] };
    expect([12, 13, 14, 15].map((hour) => cuesAt(siesta, at(hour)).sound)).toEqual(["normal", "off", "off", "normal"]);
  });

  it("are what the policy says", () => {
    const dark = { ...settings, "cue.sound": "off" as const, "cue.light": false };
    expect(cuesAt(dark, at(14))).toEqual({ sound: "off", light: false });
  });
});
