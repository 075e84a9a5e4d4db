import { instant } from "@wardkey/protocol";
import { DEMO_SETTINGS, decide, PRODUCTION_SETTINGS, type Settings } from "@wardkey/protocol/policy";
import { describe, expect, it } from "vitest";
import { type EvidenceFacts, type KioskCondition, type ProofEvidence, permitProof } from "./index.js";

const NOW = instant(1_700_000_000_000);
const kiosk: KioskCondition = { leaseLeftMs: 3_600_000, denied: false, journal: "ok", risk: "normal" };
const code: ProofEvidence = { way: "code", weak: false, consent: null };
const badge: ProofEvidence = { way: "badge", weak: false, consent: null };
const phone: ProofEvidence = { way: "phone", weak: false, consent: "B" };

/** The real decision, over these settings; `expiresAt` before now is an expired policy. */
const policy = (settings: Partial<Settings>, expiresAt = NOW + 1_000, floor: Settings = PRODUCTION_SETTINGS) => ({
  decide: (evidence: EvidenceFacts) =>
    decide(
      { site: "st-mary", version: 1, issuedAt: NOW - 1_000, expiresAt, settings: { ...floor, ...settings } },
      {
        ...evidence,
        at: NOW,
        site: "st-mary",
        device: "bed-7",
        kioskType: "shared-workstation",
        profile: "production",
      },
    ),
});

describe("whether the policy lets somebody in without a face", () => {
  it.each([
    ["a code", code],
    ["a badge and its PIN", badge],
    ["a phone and its PIN", phone],
  ])("takes %s as a production site starts, and in the demo", (_what, evidence) => {
    expect(permitProof(policy({}), kiosk, evidence)).toEqual({ ok: true });
    expect(permitProof(policy({}, NOW + 1_000, DEMO_SETTINGS), kiosk, evidence)).toEqual({ ok: true });
  });

  it.each<[string, Partial<Settings>, number, Partial<KioskCondition>, ProofEvidence, string]>([
    ["a way that it has closed", { "ways.withoutFace": ["badge-and-pin"] }, NOW + 1_000, {}, code, "way-not-permitted"],
    ["a code after it expired", {}, NOW - 1, {}, code, "way-not-permitted"],
    ["a badge that anybody copies", {}, NOW + 1_000, {}, { ...badge, weak: true }, "badge-weak"],
    ["a code alone at a high risk", {}, NOW + 1_000, { risk: "high" }, code, "way-not-permitted"],
    [
      "a phone whose owner was not asked, at a raised risk",
      {},
      NOW + 1_000,
      { risk: "raised" },
      { ...phone, consent: "A" },
      "way-not-permitted",
    ],
    ["anybody at a denied kiosk", {}, NOW + 1_000, { denied: true }, code, "kiosk-cut-off"],
    ["anybody after the lease", {}, NOW + 1_000, { leaseLeftMs: 0 }, code, "lease-expired"],
    ["anybody without a journal", {}, NOW + 1_000, { journal: "down" }, badge, "journal-unavailable"],
  ])("refuses %s", (_what, settings, expiresAt, state, evidence, refusal) => {
    expect(permitProof(policy(settings, expiresAt), { ...kiosk, ...state }, evidence)).toEqual({
      ok: false,
      code: refusal,
    });
  });

  it("takes a badge and its PIN after it expired, and at a high risk", () => {
    expect(permitProof(policy({}, NOW - 1), kiosk, badge)).toEqual({ ok: true });
    expect(permitProof(policy({}), { ...kiosk, risk: "high" }, badge)).toEqual({ ok: true });
  });
});
