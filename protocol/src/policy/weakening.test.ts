import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolve } from "./resolve.js";
import { PRODUCTION_SETTINGS } from "./settings.js";
import { compareStrength } from "./strength.js";
import { arbitraryContent, arbitraryDevice, contentOf } from "./test-support/arbitrary.js";
import { isWeakening, weakenedByMove } from "./weakening.js";

const icu = { icu: { wards: ["ICU"] } };
const layer = (idle: number) => [{ group: "icu", settings: { "idle.lockSeconds": idle } }];

describe("weakening", () => {
  it("never misses a device that would protect less, whatever the layers are", () => {
    let weakened = 0;
    fc.assert(
      fc.property(arbitraryContent, arbitraryContent, arbitraryDevice, (previous, next, device) => {
        const changes = compareStrength(resolve(previous, device).settings, resolve(next, device).settings);
        const weaker = changes.filter(({ direction }) => direction === "weaker");
        if (weaker.length === 0) return;
        weakened += 1;
        const report = isWeakening(previous, next, [device]);
        expect(report.weakening).toBe(true);
        expect(report.devices).toEqual([device.device]);
        const told = new Set(report.where.map(({ setting }) => setting));
        for (const { setting } of weaker) expect(told.has(setting)).toBe(true);
      }),
      { numRuns: process.env["WARDKEY_CAMPAIGN"] === "1" ? 20_000 : 400 },
    );
    expect(weakened).toBeGreaterThan(40);
  });

  it("is not seen in a document that stays as it is", () => {
    fc.assert(
      fc.property(arbitraryContent, (content) => {
        expect(isWeakening(content, content)).toEqual({ weakening: false, where: [], devices: [] });
      }),
    );
  });

  it("is seen where a layer alone gets weaker, and named", () => {
    const previous = contentOf({ groups: icu, layers: layer(60) });
    const next = contentOf({ groups: icu, layers: layer(120) });
    expect(isWeakening(previous, next)).toEqual({
      weakening: true,
      where: [{ setting: "idle.lockSeconds", from: 60, to: 120, before: "layers[0]", after: "layers[0]" }],
      devices: [],
    });
    expect(isWeakening(next, previous).weakening).toBe(false);
  });

  it.each([
    ["a strict layer is taken away", contentOf({ groups: icu, layers: layer(60) }), contentOf()],
    [
      "a strict group gets smaller",
      contentOf({ groups: icu, layers: layer(60) }),
      contentOf({ groups: { icu: { wards: ["Lab"] } }, layers: layer(60) }),
    ],
    [
      "a lax layer is added",
      contentOf(),
      contentOf({ groups: icu, layers: [{ group: "icu", settings: { "consent.phoneUnlockedMinutes": 700 } }] }),
    ],
    [
      "a lax group gets larger",
      contentOf({ groups: icu, layers: layer(100), base: { ...PRODUCTION_SETTINGS, "idle.lockSeconds": 50 } }),
      contentOf({ groups: { icu: {} }, layers: layer(100), base: { ...PRODUCTION_SETTINGS, "idle.lockSeconds": 50 } }),
    ],
    [
      "one device is exempted",
      contentOf(),
      contentOf({ devices: [{ device: "bed-7", settings: { "liveness.mode": "measure" } }] }),
    ],
  ])("is seen where %s", (_what, previous, next) => {
    expect(isWeakening(previous, next).weakening).toBe(true);
  });

  it("is seen where layers change places, and not where they cannot meet", () => {
    const groups = { icu: { wards: ["ICU"] }, nights: { tags: ["night"] }, labs: { wards: ["Lab"] } };
    const strict = { group: "icu", settings: { "idle.lockSeconds": 60 } };
    const lax = (group: string) => ({ group, settings: { "idle.lockSeconds": 600 } });
    const swapped = (group: string) =>
      isWeakening(
        contentOf({ groups, layers: [lax(group), strict] }),
        contentOf({ groups, layers: [strict, lax(group)] }),
      ).weakening;
    expect([swapped("nights"), swapped("labs")]).toEqual([true, false]);
  });

  it("shows what moving a device to another ward would cost", () => {
    const policy = contentOf({ groups: icu, layers: layer(60) });
    const at = (ward: string) => ({ device: "bed-7", kind: "kiosk" as const, ward, tags: [] });
    expect(weakenedByMove(policy, at("ICU"), at("Lab"))).toEqual(["idle.lockSeconds"]);
    expect(weakenedByMove(policy, at("Lab"), at("ICU"))).toEqual([]);
  });
});
