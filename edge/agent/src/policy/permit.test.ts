import { minutes } from "@wardkey/protocol";
import {
  DEMO_SETTINGS,
  type DecisionFacts,
  decide,
  PRODUCTION_SETTINGS,
  type Settings,
  STRICTEST,
} from "@wardkey/protocol/policy";
import { describe, expect, it } from "vitest";
import { type KioskState, leastConsent, type MatchEvidence, permitBy, riskNow } from "./permit.js";

const AT = 1_800_000_000_000;
const under = (settings: Settings, profile: "demo" | "production" = "production") => ({
  decide: (evidence: Omit<DecisionFacts, "at" | "site" | "device" | "kioskType" | "profile">) =>
    decide(
      { site: "st-mary", version: 1, issuedAt: AT, expiresAt: AT, settings },
      { ...evidence, at: AT, site: "st-mary", device: "bed-7", profile, kioskType: settings["kiosk.type"] },
    ),
});
const kiosk: KioskState = {
  leaseLeftMs: minutes(60),
  denied: false,
  journal: "ok",
  risk: "normal",
  cameraAttested: true,
  livenessEnforced: true,
  rates: { bare: 1e-4, masked: 1e-3 },
};
const bare: MatchEvidence = { branch: "bare", consent: "A" };

describe("a face that matched", () => {
  it("comes in under a site's first policy, bare or masked, in production and in the demo", () => {
    for (const branch of ["bare", "masked"] as const) {
      expect(permitBy(under(PRODUCTION_SETTINGS), kiosk, { ...bare, branch })).toEqual({ ok: true });
      const demo = { ...kiosk, cameraAttested: false, livenessEnforced: false };
      expect(permitBy(under(DEMO_SETTINGS, "demo"), demo, { ...bare, branch })).toEqual({ ok: true });
    }
  });

  it.each<[string, Partial<Settings>, Partial<KioskState>, Partial<MatchEvidence>, string]>([
    ["a mode above what the phone gave", { "consent.mode": "B" }, {}, {}, "phone-refused"],
    [
      "a phone unlocked more recently than mode A vouches for",
      { "consent.phoneUnlockedMinutes": 60 },
      {},
      {},
      "phone-refused",
    ],
    [
      "a stricter rate than any that was measured",
      { "matching.falseMatchRate.bare": 1e-5 },
      {},
      {},
      "rate-not-measured",
    ],
    ["no masks", { "matching.falseMatchRate.masked": "badge-and-pin" }, {}, { branch: "masked" }, "face-masked"],
    ["a camera that somebody vouches for", {}, { cameraAttested: false }, {}, "camera-unattested"],
    ["more while the risk is raised", {}, { risk: "raised" }, {}, "phone-refused"],
    ["a lease that lasts", {}, { leaseLeftMs: 999 }, {}, "lease-expired"],
    ["nobody who is denied", {}, { denied: true }, {}, "credential-invalid"],
    [
      "a registry that says at which rates it matches",
      {},
      { rates: { bare: null, masked: null } },
      {},
      "rate-not-measured",
    ],
  ])("stays outside where the policy wants %s", (_what, settings, state, evidence, reason) => {
    const policy = under({ ...PRODUCTION_SETTINGS, ...settings });
    expect(permitBy(policy, { ...kiosk, ...state }, { ...bare, ...evidence })).toEqual({ ok: false, reason });
  });

  it.each<[string, Settings, Partial<KioskState>]>([
    ["under the strictest settings", STRICTEST, { rates: { bare: 1e-5, masked: null } }],
    ["where the risk is raised", { ...PRODUCTION_SETTINGS, "consent.mode": "B" }, { risk: "raised" }],
    ["where liveness is wanted that this kiosk does not enforce", PRODUCTION_SETTINGS, { livenessEnforced: false }],
  ])("is asked to prove that it is alive, and comes in once it has: %s", (_where, settings, state) => {
    const judge = (challenge: MatchEvidence["challenge"] & string) =>
      permitBy(under(settings), { ...kiosk, ...state }, { branch: "bare", consent: "C", challenge });
    expect([judge("none"), judge("passed")]).toEqual([
      { ok: false, reason: "not-live", challenge: "prove-liveness" },
      { ok: true },
    ]);
  });

  it("is asked for no movement where another thing is missing that no movement brings", () => {
    const strict = under({ ...STRICTEST, "consent.mode": "C" });
    const state = { ...kiosk, rates: { bare: 1e-4, masked: null } };
    expect(permitBy(strict, state, { branch: "bare", consent: "C" })).toEqual({
      ok: false,
      reason: "rate-not-measured",
    });
  });
});

describe("the consent that phones are asked for", () => {
  it("is the owner's own, until the site, the risk or a phone that may have lain about asks for more", () => {
    expect(leastConsent(PRODUCTION_SETTINGS, "normal")).toBe("A");
    expect(leastConsent({ ...PRODUCTION_SETTINGS, "consent.mode": "B" }, "normal")).toBe("B");
    expect(leastConsent({ ...PRODUCTION_SETTINGS, "consent.mode": "C" }, "normal")).toBe("C");
    expect(leastConsent({ ...PRODUCTION_SETTINGS, "risk.raised": "confirm-on-phone" }, "raised")).toBe("B");
    expect(leastConsent({ ...PRODUCTION_SETTINGS, "consent.phoneUnlockedMinutes": 60 }, "normal")).toBe("B");
    expect(leastConsent(STRICTEST, "normal")).toBe("C");
  });

  it("is never less than what lets a matched face in, and no more", () => {
    for (const mode of ["A", "B", "C"] as const) {
      for (const risk of ["normal", "raised", "high"] as const) {
        const settings: Settings = {
          ...PRODUCTION_SETTINGS,
          "consent.mode": mode,
          "risk.raised": "confirm-on-phone",
          "risk.high": "confirm-on-phone",
          "liveness.challenge": "never",
        };
        const least = leastConsent(settings, risk);
        for (const consent of ["A", "B", "C"] as const) {
          const permit = permitBy(under(settings), { ...kiosk, risk }, { ...bare, consent });
          expect([mode, risk, consent, permit.ok]).toEqual([mode, risk, consent, consent >= least]);
        }
      }
    }
  });
});

it("a risk holds until it lets go", () => {
  expect(riskNow(null, 5)).toBe("normal");
  expect(riskNow({ level: "high", until: null }, 5)).toBe("high");
  expect([riskNow({ level: "raised", until: 5 }, 5), riskNow({ level: "raised", until: 5 }, 6)]).toEqual([
    "raised",
    "normal",
  ]);
});
