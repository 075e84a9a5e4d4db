import { fileURLToPath } from "node:url";
import { shippedRates } from "@wardkey/models";
import { DEMO_SETTINGS, PRODUCTION_SETTINGS, type Settings, STRICTEST } from "@wardkey/protocol/policy";
import { describe, expect, it } from "vitest";
import { type MeasuredRates, ratesInForce, readMeasuredRates } from "./measured-rates.js";

const shipped = fileURLToPath(new URL("../../../../models/registry.json", import.meta.url));
const at = (rate: number, falseNonMatchRate = 0.3) => ({ rate, falseNonMatchRate });
const measured: MeasuredRates = {
  bare: [at(1e-2), at(1e-3), at(1e-4)],
  masked: [at(1e-2), at(1e-3)],
};
const affordable: MeasuredRates = { ...measured, masked: [...measured.masked, at(1e-4, 0.05)] };

describe("the rates in force", () => {
  it.each<[string, Partial<Settings>, MeasuredRates, unknown]>([
    ["are those of a site's first policy", {}, measured, { bare: 1e-4, masked: 1e-3 }],
    ["take the target for masked faces once it can be afforded", {}, affordable, { bare: 1e-4, masked: 1e-4 }],
    [
      "follow the policy",
      { "matching.falseMatchRate.bare": 1e-3, "matching.falseMatchRate.masked": 1e-2 },
      measured,
      { bare: 1e-3, masked: 1e-2 },
    ],
    [
      "are stricter where the rate itself was not measured",
      { "matching.falseMatchRate.bare": 1e-3 },
      { ...measured, bare: [at(1e-2), at(1e-4)] },
      { bare: 1e-4, masked: 1e-3 },
    ],
    [
      "close a branch where nothing so strict was measured",
      { "matching.falseMatchRate.bare": 1e-5, "matching.falseMatchRate.masked": 1e-5 },
      measured,
      { bare: null, masked: null },
    ],
    [
      "close the masked branch where the policy sends masked people to badge and PIN",
      { "matching.falseMatchRate.masked": "badge-and-pin" },
      measured,
      { bare: 1e-4, masked: null },
    ],
  ])("%s", (_, change, rates, expected) => {
    expect(ratesInForce({ ...PRODUCTION_SETTINGS, ...change }, rates)).toEqual(expected);
  });

  it("let no masked face in under the strictest settings", () => {
    expect(ratesInForce(STRICTEST, affordable).masked).toBeNull();
  });

  it("are, under the first policies, the operating point that the models ship with", async () => {
    const registry = await readMeasuredRates(shipped);
    for (const settings of [DEMO_SETTINGS, PRODUCTION_SETTINGS]) {
      expect(ratesInForce(settings, registry)).toEqual(shippedRates(registry));
    }
  });
});

describe("the rates that were measured", () => {
  it("of a registry that is not there are none", async () => {
    expect(await readMeasuredRates("/nowhere/registry.json")).toEqual({ bare: [], masked: [] });
  });
});
