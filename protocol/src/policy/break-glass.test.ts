import { describe, expect, it } from "vitest";
import { type BreakGlassFacts, decideBreakGlass } from "./break-glass.js";
import type { ResolvedPolicy } from "./decide.js";
import { PRODUCTION_SETTINGS, type Settings } from "./settings.js";

const policyOf = (settings: Partial<Settings> = {}, expiresAt = 2_000): ResolvedPolicy => ({
  site: "st-mary",
  version: 3,
  issuedAt: 0,
  expiresAt,
  settings: { ...PRODUCTION_SETTINGS, ...settings },
});

const facts: BreakGlassFacts = {
  at: 1_000,
  site: "st-mary",
  kioskType: "shared-workstation",
  denied: false,
  journal: "ok",
  reason: "patient-in-danger",
  operation: "unlock-workstation",
  proof: { means: "code" },
};

describe("breaking the glass", () => {
  it("opens one operation for as long as the policy says, under its review", () => {
    expect(decideBreakGlass(policyOf(), facts)).toEqual({
      outcome: "open",
      minutes: 15,
      operation: "unlock-workstation",
      review: "security-officer",
      reviewHours: 24,
    });
  });

  it("opens for two badges of two people", () => {
    const two = { ...facts, proof: { means: "two-badges", people: ["anna", "bruno"] } };
    expect(decideBreakGlass(policyOf(), two)).toMatchObject({ outcome: "open" });
  });

  it.each([
    ["without any policy", null],
    ["with a policy that has ended", policyOf({}, 500)],
  ])("is short and reviewed by two %s", (_when, policy) => {
    expect(decideBreakGlass(policy, facts)).toEqual({
      outcome: "open",
      minutes: 5,
      operation: "unlock-workstation",
      review: "two-people",
      reviewHours: 1,
    });
  });

  it("stays forbidden where the policy that ended forbade it", () => {
    const forbade = policyOf({ "breakGlass.allowed": false, "breakGlass.operations": [] }, 500);
    expect(decideBreakGlass(forbade, facts)).toEqual({
      outcome: "refuse",
      reasons: ["not-allowed", "operation-not-allowed"],
    });
  });

  it.each<[string, Partial<BreakGlassFacts> | Record<string, unknown>, string]>([
    ["at a kiosk that the fleet denied", { denied: true }, "denied"],
    ["where nothing could be recorded", { journal: "down" }, "journal-down"],
    ["for what the policy does not name", { operation: "open-dispenser" }, "operation-not-allowed"],
    ["for one person twice", { proof: { means: "two-badges", people: ["anna", "anna"] } }, "one-person"],
    ["for another kind of kiosk", { kioskType: "lab" }, "facts-contradictory"],
    ["for another site", { site: "st-luke" }, "facts-contradictory"],
    ["without a reason", { reason: "" }, "facts-missing"],
    ["with one badge", { proof: { means: "two-badges", people: ["anna"] } }, "facts-missing"],
    ["with nothing shown", { proof: null }, "facts-missing"],
  ])("refuses %s", (_what, changed, reason) => {
    expect(decideBreakGlass(policyOf(), { ...facts, ...changed })).toEqual({ outcome: "refuse", reasons: [reason] });
  });
});
