import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contradictionsOf } from "./contradictions.js";
import { strictestOver } from "./decide.js";
import { DEMO_SETTINGS, PRODUCTION_SETTINGS, SETTING_NAMES, STRICTEST } from "./settings.js";
import { compareStrength, strongerOf } from "./strength.js";
import { arbitrarySettings } from "./test-support/arbitrary.js";

describe("strength", () => {
  it("says of the demo what it gives up", () => {
    expect(compareStrength(PRODUCTION_SETTINGS, DEMO_SETTINGS)).toEqual([
      { setting: "liveness.mode", direction: "weaker", from: "enforce", to: "measure" },
      { setting: "camera.attested", direction: "weaker", from: true, to: false },
    ]);
  });

  it.each([
    ["consent.mode", "C", "A"],
    ["matching.falseMatchRate.bare", 1e-4, 1e-3],
    ["matching.falseMatchRate.masked", "badge-and-pin", 1e-5],
    ["liveness.mode", "enforce", "off"],
    ["presence.nearMetres", 1, 2],
    ["idle.lockSeconds", 60, 61],
    ["lease.hours", 24, 72],
    ["quota.perKioskHour", 20, 21],
    ["breakGlass.operations", ["unlock-workstation"], ["open-dispenser"]],
    ["ways.withoutFace", ["badge-and-pin"], ["badge-and-pin", "one-time-code"]],
    ["risk.high", "refuse", "nothing"],
    ["kiosk.type", "shared-workstation", "personal"],
    ["veil.mode", "before-lock", "off"],
  ] as const)("%s: from %j to %j is weaker, and back is stronger or as much weaker", (setting, strong, weak) => {
    const [from, to] = [
      { ...PRODUCTION_SETTINGS, [setting]: strong },
      { ...PRODUCTION_SETTINGS, [setting]: weak },
    ];
    expect(compareStrength(from, to).map(({ direction }) => direction)).toEqual(["weaker"]);
    expect(compareStrength(to, from)).not.toEqual([]);
  });

  it("knows every setting", () => {
    fc.assert(
      fc.property(arbitrarySettings, arbitrarySettings, (a, b) => {
        const named = compareStrength(a, b).map(({ setting }) => setting);
        // What differs is told; what is the same is not.
        expect(named).toEqual(
          SETTING_NAMES.filter((name) => {
            const sorted = (value: unknown): unknown => (Array.isArray(value) ? [...value].sort() : value);
            return JSON.stringify(sorted(a[name])) !== JSON.stringify(sorted(b[name]));
          }),
        );
        expect(compareStrength(a, a)).toEqual([]);
      }),
    );
  });

  it("the stronger of two is nowhere weaker than the first", () => {
    fc.assert(
      fc.property(arbitrarySettings, arbitrarySettings, (a, b) => {
        const changes = compareStrength(a, strongerOf(a, b));
        expect(changes.filter(({ direction }) => direction !== "stronger")).toEqual([]);
      }),
    );
  });

  it("the strictest settings agree with each other, and after an expiry nothing but the veil's time gets laxer", () => {
    expect([PRODUCTION_SETTINGS, DEMO_SETTINGS, STRICTEST].flatMap(contradictionsOf)).toEqual([]);
    fc.assert(
      fc.property(arbitrarySettings, (settings) => {
        const weaker = compareStrength(settings, strictestOver(settings)).filter(
          ({ direction }) => direction === "weaker",
        );
        expect(weaker.filter(({ setting }) => setting !== "veil.seconds")).toEqual([]);
      }),
    );
  });
});
