import { DecisionFacts, type PolicyContent, PRODUCTION_SETTINGS } from "@wardkey/protocol/policy";
import { describe, expect, it } from "vitest";
import { withSetting } from "./edits.js";
import { factsOf, type RecordedTap, replay } from "./recorded-facts.js";

const inForce: PolicyContent = {
  ...{ v: 1, site: "st-mary", note: "", base: PRODUCTION_SETTINGS, groups: {}, layers: [], devices: [] },
};
const BASE = { kind: "base" } as const;
const devices = new Map([["bed-7", { device: "bed-7", kind: "kiosk" as const, ward: "ICU", tags: [] }]]);
let seq = 0;
const tap = (kind: string, body: RecordedTap["body"], source = "bed-7"): RecordedTap => {
  seq += 1;
  return { seq, at: 1_000 + seq, kind, body, source };
};
const byFace = (more: RecordedTap["body"] = {}): RecordedTap =>
  tap("session.unlocked", { branch: "bare", cameraAttested: true, livenessEnforced: true, ...more });
const outcomes = (taps: readonly RecordedTap[], draft: PolicyContent) => {
  const { replayed, aside, changed } = replay({ taps, devices, inForce, draft });
  return { replayed, aside, changed: changed.map(({ then }) => then) };
};

describe("recorded taps", () => {
  it("are facts that the policy can judge, or are left aside", () => {
    const about = { site: "st-mary", settings: PRODUCTION_SETTINGS };
    const told = [
      byFace(),
      byFace({ branch: "masked" }),
      tap("session.unlocked", { way: "badge" }),
      tap("session.unlocked", { way: "code" }),
      tap("session.unlocked", { way: "phone" }),
      tap("tap.refused", { reason: "no-match" }),
      tap("tap.refused", { reason: "no-face" }),
    ];
    for (const each of told) expect(DecisionFacts.safeParse(factsOf(each, about)).success).toBe(true);
    const silent = [
      tap("tap.refused", { reason: "phone-lost" }),
      tap("tap.refused", { reason: "no-match", way: "badge" }),
      tap("session.locked", { reason: "idle" }),
      tap("session.unlocked", { way: "by-a-window" }),
    ];
    expect(silent.map((each) => factsOf(each, about))).toEqual([null, null, null, null]);
  });

  it("come out as they did while nothing changes", () => {
    const taps = [byFace(), tap("session.unlocked", { way: "badge" }), tap("tap.refused", { reason: "no-match" })];
    expect(outcomes(taps, inForce)).toEqual({ replayed: 3, aside: 0, changed: [] });
  });

  it("show whom a stricter draft would have asked for more, and whom it would have kept out", () => {
    const taps = [byFace(), byFace({ branch: "masked" }), tap("session.unlocked", { way: "badge" })];
    const confirmed = withSetting(inForce, BASE, "consent.mode", "B");
    const confirm = { outcome: "challenge", challenge: "confirm-on-phone", reasons: ["consent-too-low"] };
    expect(outcomes(taps, confirmed)).toEqual({ replayed: 3, aside: 0, changed: [confirm, confirm] });
    const noMask = withSetting(inForce, BASE, "matching.falseMatchRate.masked", "badge-and-pin");
    expect(outcomes(taps, noMask).changed).toEqual([
      { outcome: "challenge", challenge: "badge-and-pin", reasons: ["face-masked"] },
    ]);
    const noBadge = withSetting(inForce, BASE, "ways.withoutFace", ["one-time-code"]);
    expect(outcomes(taps, noBadge).changed).toEqual([{ outcome: "refuse", reasons: ["nothing-shown"] }]);
  });

  it("that the policy in force cannot explain, or of devices that are gone, are not counted", () => {
    const odd = [byFace({ cameraAttested: false }), byFace(), tap("session.unlocked", { way: "code" }, "bed-99")];
    expect(outcomes(odd, inForce)).toEqual({ replayed: 1, aside: 2, changed: [] });
  });
});
