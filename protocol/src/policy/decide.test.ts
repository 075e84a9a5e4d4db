import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DecisionFacts, decide, type PolicyDecision, type ResolvedPolicy } from "./decide.js";
import { PRODUCTION_SETTINGS, type Settings } from "./settings.js";
import { arbitrarySettings } from "./test-support/arbitrary.js";

const RUNS = process.env["WARDKEY_CAMPAIGN"] === "1" ? 50_000 : 700;
const AT = 1_800_000_000_000;
const policyOf = (settings: Settings, expiresAt = AT + 1): ResolvedPolicy => ({
  site: "st-mary",
  version: 3,
  issuedAt: AT - 1,
  expiresAt,
  settings,
});
const policy = policyOf(PRODUCTION_SETTINGS);

const facts: DecisionFacts = {
  at: AT,
  site: "st-mary",
  device: "bed-7",
  kioskType: "shared-workstation",
  profile: "production",
  clock: "steady",
  leaseLeftSeconds: 3_600,
  denied: false,
  journal: "ok",
  risk: "normal",
  phone: { consent: "A", unlockedMinutes: 60 },
  face: {
    matched: true,
    branch: "bare",
    falseMatchRate: 9.3e-5,
    liveness: "live",
    challenge: "none",
    camera: "attested",
  },
  badge: false,
  pin: false,
  oneTimeCode: false,
};
const face = (bend: Partial<NonNullable<DecisionFacts["face"]>>): Partial<DecisionFacts> => ({
  face: facts.face === null ? null : { ...facts.face, ...bend },
});

describe("a decision", () => {
  it.each<[string, Partial<DecisionFacts>, PolicyDecision]>([
    ["everything in order", {}, { outcome: "unlock", way: "face", reasons: [] }],
    [
      "masked, at its own rate",
      face({ branch: "masked", falseMatchRate: 9e-4 }),
      { outcome: "unlock", way: "face", reasons: [] },
    ],
    [
      "a laxer threshold than allowed",
      face({ falseMatchRate: 9e-4 }),
      { outcome: "challenge", challenge: "badge-and-pin", reasons: ["rate-too-lax"] },
    ],
    [
      "another face",
      face({ matched: false }),
      { outcome: "challenge", challenge: "badge-and-pin", reasons: ["face-not-matched"] },
    ],
    [
      "a photo",
      face({ liveness: "not-live" }),
      { outcome: "challenge", challenge: "badge-and-pin", reasons: ["not-live"] },
    ],
    [
      "nobody knows whether it lives",
      face({ liveness: "unknown" }),
      { outcome: "challenge", challenge: "prove-liveness", reasons: ["liveness-unproven"] },
    ],
    [
      "a camera that nothing vouches for",
      face({ camera: "unattested" }),
      { outcome: "challenge", challenge: "badge-and-pin", reasons: ["camera-unattested"] },
    ],
    ["no face", { face: null }, { outcome: "challenge", challenge: "badge-and-pin", reasons: ["face-missing"] }],
    [
      "a phone that was unlocked long ago",
      { phone: { consent: "A", unlockedMinutes: 241 } },
      { outcome: "challenge", challenge: "confirm-on-phone", reasons: ["phone-unlocked-long-ago"] },
    ],
    [
      "a raised risk",
      { risk: "raised", ...face({ challenge: "passed" }) },
      { outcome: "challenge", challenge: "confirm-on-phone", reasons: ["consent-too-low"] },
    ],
    [
      "a raised risk, confirmed and proven",
      { risk: "raised", phone: { consent: "B", unlockedMinutes: 60 }, ...face({ challenge: "passed" }) },
      { outcome: "unlock", way: "face", reasons: [] },
    ],
    [
      "a high risk",
      { risk: "high", phone: { consent: "C", unlockedMinutes: 0 }, ...face({ challenge: "passed" }) },
      { outcome: "challenge", challenge: "badge-and-pin", reasons: ["risk"] },
    ],
    [
      "badge and PIN alone",
      { phone: null, face: null, badge: true, pin: true },
      { outcome: "unlock", way: "badge-and-pin", reasons: [] },
    ],
    [
      "a badge without its PIN",
      { phone: null, face: null, badge: true },
      { outcome: "challenge", challenge: "badge-and-pin", reasons: ["pin-missing"] },
    ],
    ["phone and PIN", { face: null, pin: true }, { outcome: "unlock", way: "phone-and-pin", reasons: [] }],
    [
      "a code that works once",
      { phone: null, face: null, oneTimeCode: true },
      { outcome: "unlock", way: "one-time-code", reasons: [] },
    ],
    ["nothing", { phone: null, face: null }, { outcome: "refuse", reasons: ["nothing-shown"] }],
    ["a PIN alone", { phone: null, face: null, pin: true }, { outcome: "refuse", reasons: ["nothing-shown"] }],
    ["somebody denied", { denied: true }, { outcome: "refuse", reasons: ["denied"] }],
    ["a lease that ended", { leaseLeftSeconds: 0 }, { outcome: "refuse", reasons: ["lease-ended"] }],
    ["a clock turned back", { clock: "turned-back" }, { outcome: "refuse", reasons: ["clock-unsound"] }],
    ["a journal that cannot be written", { journal: "down" }, { outcome: "refuse", reasons: ["journal-down"] }],
    ["another site", { site: "st-else" }, { outcome: "refuse", reasons: ["facts-contradictory"] }],
    ["another type of kiosk", { kioskType: "lab" }, { outcome: "refuse", reasons: ["facts-contradictory"] }],
  ])("with %s", (_what, bend, decision) => {
    expect(decide(policy, { ...facts, ...bend })).toEqual(decision);
  });

  it("after an expiry goes by the strictest settings, and nothing laxer", () => {
    const expired = policyOf(PRODUCTION_SETTINGS, AT - 1);
    expect(decide(expired, facts)).toEqual({
      outcome: "challenge",
      challenge: "biometric-on-phone",
      reasons: ["policy-expired", "consent-too-low", "phone-unlocked-long-ago", "rate-too-lax", "liveness-unproven"],
    });
    expect(decide(expired, { ...facts, badge: true, pin: true })).toEqual({
      outcome: "unlock",
      way: "badge-and-pin",
      reasons: ["policy-expired"],
    });
  });

  it("without a policy goes by the strictest settings too", () => {
    expect(decide(null, facts)).toMatchObject({ outcome: "challenge", challenge: "biometric-on-phone" });
  });

  it("refuses whatever is no facts, and never throws", () => {
    fc.assert(
      fc.property(fc.anything(), (anything) => {
        expect(decide(policy, anything)).toEqual({ outcome: "refuse", reasons: ["facts-missing"] });
      }),
    );
    for (const name of Object.keys(facts)) {
      const { [name as keyof DecisionFacts]: _left, ...rest } = facts;
      expect(decide(policy, rest)).toEqual({ outcome: "refuse", reasons: ["facts-missing"] });
    }
  });
});

const OPENNESS = { refuse: 0, challenge: 1, unlock: 2 } as const;
const openness = (decision: PolicyDecision): number => OPENNESS[decision.outcome];

const arbitraryFacts: fc.Arbitrary<DecisionFacts> = fc.record({
  at: fc.constant(AT),
  site: fc.constant("st-mary"),
  device: fc.constant("bed-7"),
  kioskType: fc.constant("shared-workstation"),
  profile: fc.constantFrom("demo", "production"),
  clock: fc.constantFrom("unknown", "turned-back", "steady", "steady"),
  leaseLeftSeconds: fc.constantFrom(-1, 0, 1, 3_600),
  denied: fc.constantFrom(true, false, false),
  journal: fc.constantFrom("down", "ok", "ok"),
  risk: fc.constantFrom("normal", "raised", "high"),
  phone: fc.option(
    fc.record({ consent: fc.constantFrom("A", "B", "C"), unlockedMinutes: fc.integer({ min: 0, max: 800 }) }),
  ),
  face: fc.option(
    fc.record({
      matched: fc.boolean(),
      branch: fc.constantFrom("masked", "bare"),
      falseMatchRate: fc.constantFrom(1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1),
      liveness: fc.constantFrom("not-live", "unknown", "live"),
      challenge: fc.constantFrom("failed", "none", "passed"),
      camera: fc.constantFrom("unattested", "attested"),
    }),
  ),
  badge: fc.boolean(),
  pin: fc.boolean(),
  oneTimeCode: fc.boolean(),
});

/** Everything that is one step worse in exactly one thing. */
function worse(of: DecisionFacts): readonly DecisionFacts[] {
  const list: DecisionFacts[] = [];
  const less = <K extends keyof DecisionFacts>(key: K, value: DecisionFacts[K]): void => {
    list.push({ ...of, [key]: value });
  };
  const below = <T>(order: readonly T[], now: T): readonly T[] => order.slice(0, order.indexOf(now));
  for (const risk of below(["high", "raised", "normal"] as const, of.risk)) less("risk", risk);
  less("leaseLeftSeconds", of.leaseLeftSeconds - 1);
  less("denied", true);
  less("journal", "down");
  less("clock", "turned-back");
  less("clock", "unknown");
  less("badge", false);
  less("pin", false);
  less("oneTimeCode", false);
  less("profile", "production");
  less("phone", null);
  less("face", null);
  const { phone, face: seen } = of;
  if (phone !== null) {
    for (const consent of below(["A", "B", "C"] as const, phone.consent)) less("phone", { ...phone, consent });
    less("phone", { ...phone, unlockedMinutes: phone.unlockedMinutes + 100 });
  }
  if (seen !== null) {
    less("face", { ...seen, matched: false });
    less("face", { ...seen, falseMatchRate: Math.min(1, seen.falseMatchRate * 10) });
    less("face", { ...seen, camera: "unattested" });
    for (const liveness of below(["not-live", "unknown", "live"] as const, seen.liveness)) {
      less("face", { ...seen, liveness });
    }
    for (const challenge of below(["failed", "none", "passed"] as const, seen.challenge)) {
      less("face", { ...seen, challenge });
    }
  }
  return list;
}

describe("more risk or less evidence", () => {
  it("never opens what was shut, under any policy, expired or not", () => {
    let shut = 0;
    fc.assert(
      fc.property(arbitrarySettings, fc.boolean(), arbitraryFacts, (settings, expired, given) => {
        const { "kiosk.type": kioskType } = settings;
        const under = policyOf(settings, expired ? AT - 1 : AT + 1);
        const before = openness(decide(under, { ...given, kioskType }));
        for (const each of worse({ ...given, kioskType })) {
          const after = openness(decide(under, each));
          expect(after).toBeLessThanOrEqual(before);
          if (after < before) shut += 1;
        }
      }),
      // 700 histories shut something 130 times on average, and some draws of them fewer than a hundred.
      { numRuns: 2 * RUNS },
    );
    expect(shut).toBeGreaterThan(100);
  });

  it("an expired policy never opens what it would not have opened before", () => {
    fc.assert(
      fc.property(arbitrarySettings, arbitraryFacts, (settings, given) => {
        const { "kiosk.type": kioskType } = settings;
        const expired = decide(policyOf(settings, AT - 1), { ...given, kioskType });
        if (expired.outcome !== "unlock") return;
        expect(decide(policyOf(settings), { ...given, kioskType }).outcome).toBe("unlock");
      }),
      { numRuns: RUNS },
    );
  });
});
