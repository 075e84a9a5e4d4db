import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { type KioskEvent, type KioskState, kioskTap, type PhoneEvent, type PhoneState, phoneTap } from "./index.js";
import { CLOSE_MESSAGE } from "./messages.js";
import { grantedConsent, rehearse, type Script } from "./test-support/rehearse.js";
import { NOW, openRehearsalSite, type RehearsalSite, syntheticTemplate } from "./test-support/site.js";

let site: RehearsalSite;
beforeAll(async () => {
  site = await openRehearsalSite();
});

const at = (monotonic: number) => ({ now: NOW, monotonic });
const silence = () => null;

/** Taps that wait, one for each phase that waits for something from outside. */
const phones: readonly [string, () => PhoneState][] = [
  ["for M2", () => play({ middle: silence }).phone],
  ["for its owner", () => play({ onConsent: () => null }).phone],
  ["for M4", () => play({ onFace: () => null }).phone],
  ["for M4 of an enrolment", () => play({ purpose: "enrol", onCode: () => [] }).phone],
];
const kiosks: readonly [string, () => KioskState][] = [
  ["for M1", () => play({ middle: silence }).kiosk],
  ["for M3", () => play({ onConsent: () => null }).kiosk],
  ["for a face", () => play({ onFace: () => null }).kiosk],
  ["for the codes", () => play({ purpose: "enrol", onCode: () => [] }).kiosk],
  ["for the site", () => play({ purpose: "enrol", onCode: () => [{ type: "codes-compared", agree: true }] }).kiosk],
];
const play = (script: Partial<Script>) => rehearse({ site, purpose: "unlock", ...script });

const endings: readonly [string, PhoneEvent & KioskEvent, number, object][] = [
  ["the link goes", { type: "closed" }, 1_001, { outcome: "broken-off", code: "link-closed" }],
  [
    "the other side ends",
    { type: "received", message: CLOSE_MESSAGE },
    1_001,
    { outcome: "broken-off", code: "peer-closed" },
  ],
  ["garbage comes", { type: "received", message: Uint8Array.of(0xff) }, 1_001, { outcome: "refused" }],
  ["nothing comes for long", { type: "tick" }, 400_000, { outcome: "refused", code: "too-slow" }],
];

describe.each(endings)("when %s", (_name, event, monotonic, expected) => {
  it.each(phones)("a phone that waits %s finishes once, closes, and then does nothing more", (_phase, waiting) => {
    const ended = phoneTap(waiting(), event, at(monotonic));
    expect(ended.state).toEqual({ phase: "ended" });
    expect(ended.effects.slice(-2)).toMatchObject([
      { type: "finished", receipt: false, ...expected },
      { type: "close" },
    ]);
    expect(phoneTap(ended.state, event, at(monotonic)).effects).toEqual([]);
  });

  it.each(kiosks)("a kiosk that waits %s finishes once, closes, and then does nothing more", (_phase, waiting) => {
    const ended = kioskTap(waiting(), event, at(monotonic));
    expect(ended.state).toEqual({ phase: "ended" });
    expect(ended.effects.slice(-2)).toMatchObject([{ type: "finished", ...expected }, { type: "close" }]);
    expect(kioskTap(ended.state, event, at(monotonic)).effects).toEqual([]);
  });
});

describe("a tap", () => {
  it("waits while its deadline has not passed", () => {
    for (const [, waiting] of phones) expect(phoneTap(waiting(), { type: "tick" }, at(6_000)).effects).toEqual([]);
    for (const [, waiting] of kiosks) expect(kioskTap(waiting(), { type: "tick" }, at(6_000)).effects).toEqual([]);
  });

  it("says when the template had already left as the link went", () => {
    const before = phoneTap(play({ onConsent: () => null }).phone, { type: "closed" }, at(1_001));
    const after = phoneTap(play({ onFace: () => null }).phone, { type: "closed" }, at(1_001));
    expect([before, after].map(({ effects }) => effects.find((effect) => effect.type === "finished"))).toMatchObject([
      { released: false },
      { released: true },
    ]);
  });

  it.each(["not-matched", "refused"] as const)("brings a receipt and no session when the outcome is %s", (outcome) => {
    const played = play({ onFace: () => ({ type: "decided", outcome }) });
    expect(played.phoneEffects.slice(-3)).toMatchObject([
      { type: "store-receipt", facts: { outcome } },
      { type: "finished", outcome, code: null, released: true, receipt: true },
      { type: "close" },
    ]);
    expect(played.kioskEffects.slice(-2)).toMatchObject([{ type: "finished", outcome }, { type: "close" }]);
    const effects = [...played.phoneEffects, ...played.kioskEffects];
    expect(effects.filter(({ type }) => type === "established")).toEqual([]);
  });

  it("overwrites the secrets of its states at the end", () => {
    const waiting = play({ onFace: () => null });
    if (waiting.phone.phase !== "awaiting-conclusion" || waiting.kiosk.phase !== "awaiting-decision") {
      throw new Error("not the phases to look at");
    }
    const secrets = [waiting.phone.secured.shared, waiting.kiosk.secured.shared];
    expect(secrets[0]).toEqual(secrets[1]);
    phoneTap(waiting.phone, { type: "closed" }, at(1_001));
    kioskTap(waiting.kiosk, { type: "closed" }, at(1_001));
    for (const secret of secrets) expect(secret).toEqual(new Uint8Array(32));
  });

  it("overwrites what M3 carried as soon as it is sealed, or the link goes before", () => {
    const ends: PhoneEvent[] = [{ type: "signed", signature: new Uint8Array(64) }, { type: "closed" }];
    for (const end of ends) {
      const asked = play({ onConsent: () => null }).phone;
      const { state } = phoneTap(asked, grantedConsent(site), at(1_001));
      if (state.phase !== "awaiting-signature") throw new Error("not the phase to look at");
      expect(state.covered.some((byte) => byte !== 0)).toBe(true);
      phoneTap(state, end, at(1_001));
      expect(state.covered.every((byte) => byte === 0)).toBe(true);
    }
  });

  it("overwrites a template whose consent came too late", () => {
    const template = syntheticTemplate();
    const { credential } = site;
    const late = { type: "consent", granted: true, mode: "B", credential, template, refusals: [] } as const;
    expect(phoneTap({ phase: "ended" }, late, at(1_001)).effects).toEqual([]);
    expect(() => template.copy()).toThrow("the template was overwritten");
  });

  it("survives any garbage in the place of any message", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 0, max: 3 }), (garbage, index) => {
        const played = play({ middle: (message, _from, at) => (at === index ? garbage : message) });
        const kept = played.phoneEffects.filter(({ type }) => type === "store-receipt");
        expect(kept).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
