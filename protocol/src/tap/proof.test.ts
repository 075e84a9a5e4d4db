import { beforeAll, describe, expect, it } from "vitest";
import { templateDigest } from "../credential/template.js";
import { days, instant } from "../units.js";
import { decodeProof, encodeProof, encodeRelease, type Proof } from "./bodies.js";
import { CLOSE_MESSAGE } from "./messages.js";
import { rewriteM3 } from "./test-support/altered-phone.js";
import { grantedConsent, issuedTo, type Played, rehearse, type Script } from "./test-support/rehearse.js";
import {
  credentialWith,
  EPOCH,
  KEYS,
  NOW,
  openRehearsalSite,
  type RehearsalSite,
  STAFF,
  syntheticTemplate,
  WINDOW,
} from "./test-support/site.js";
import { suspendBefore } from "./test-support/suspended.js";

let site: RehearsalSite;
let faceless: Uint8Array;
beforeAll(async () => {
  site = await openRehearsalSite();
  faceless = await credentialWith({ templateDigest: templateDigest(null) }, site.signerCertificate);
});

const prove = (script: Partial<Script> = {}): Played => rehearse({ site, purpose: "prove", ...script });
const typesOf = (effects: readonly { type: string }[]): string[] => effects.map(({ type }) => type);
const altered = (bend: Partial<Proof>) =>
  rewriteM3({ identifier: site.identifier, window: WINDOW, keys: KEYS.wallet }, (clear) => {
    const fields = decodeProof(clear)?.fields;
    return fields === undefined ? undefined : encodeProof({ ...fields, ...bend });
  });

function expectRefused(played: Played, code: string): void {
  expect(typesOf(played.kioskEffects)).not.toContain("holder-proven");
  expect(played.kioskEffects.slice(-3)).toEqual([
    { type: "send", message: CLOSE_MESSAGE },
    { type: "finished", purpose: "unlock", outcome: "refused", code, staffId: null },
    { type: "close" },
  ]);
}

describe("a phone that is asked to prove its key", () => {
  it("shows whose it is and keeps its template, and the session that follows lives by its heartbeats", () => {
    const template = syntheticTemplate();
    const consent = { ...grantedConsent(site), template } as ReturnType<typeof grantedConsent>;
    const played = prove({ onConsent: () => consent });
    expect(typesOf(played.kioskEffects)).toEqual([
      "sign",
      "send",
      "holder-proven",
      "sign",
      "send",
      "established",
      "finished",
    ]);
    expect(played.kioskEffects.find(({ type }) => type === "holder-proven")).toMatchObject({
      credential: { staffId: STAFF, name: "Giulia R.", epoch: EPOCH },
      consent: "A",
    });
    expect(played.kioskEffects.at(-1)).toMatchObject({ purpose: "unlock", outcome: "unlocked", staffId: STAFF });
    expect(played.phoneEffects).toContainEqual(expect.objectContaining({ type: "ask-consent", purpose: "prove" }));
    expect(played.phoneEffects).toContainEqual(expect.objectContaining({ type: "released", template: false }));
    expect(played.phoneEffects.at(-1)).toMatchObject({ outcome: "unlocked", released: false, receipt: true });
    const [bare, full] = [played, rehearse({ site, purpose: "unlock" })].map(
      ({ sent }) => sent.filter(({ from }) => from === "phone")[1]?.message.length ?? 0,
    );
    expect((full ?? 0) - (bare ?? 0)).toBeGreaterThan(template.size);
    expect(() => template.copy()).toThrow("the template was overwritten");
  });

  it("needs no template, but answers nobody with one who wants it", () => {
    const onConsent: Script["onConsent"] = () => ({
      ...({ ...grantedConsent(site), credential: faceless, template: null } as ReturnType<typeof grantedConsent>),
    });
    expect(prove({ onConsent }).kioskEffects.at(-1)).toMatchObject({ outcome: "unlocked" });
    const asked = rehearse({ site, purpose: "unlock", onConsent });
    expect(asked.phoneEffects.at(-2)).toMatchObject({ outcome: "refused", code: "template-mismatch", released: false });
    expect(typesOf(asked.phoneEffects)).not.toContain("sign");
  });

  it("counts against the quota of releases, since its owner's name leaves it", () => {
    const releases = Array.from({ length: 20 }, () => ({ kiosk: "cart-1", at: NOW }));
    const { kiosk } = prove().phoneEffects.find((effect) => effect.type === "released") ?? { kiosk: "" };
    const full = prove({ memory: { releases: releases.map((release) => ({ ...release, kiosk })) } });
    expect(full.phoneEffects.at(-2)).toMatchObject({ outcome: "refused", code: "quota-kiosk" });
  });

  it("is told no more than before when its owner says no", () => {
    const denied = prove({ onConsent: () => ({ type: "consent", granted: false }) });
    expect(denied.phoneEffects.at(-2)).toMatchObject({ code: "consent-denied", released: false });
    expect(typesOf(denied.kioskEffects)).not.toContain("holder-proven");
  });
});

describe("a kiosk that asked for a proof takes none", () => {
  it("by another key, of another person, denied, or of an epoch that the site no longer honours", () => {
    expectRefused(prove({ walletKeys: KEYS.otherWallet }), "holder-signature");
    expectRefused(prove({ kiosk: { expected: { staffId: "s-0001", epochs: [EPOCH] } } }), "holder-unexpected");
    expectRefused(prove({ kiosk: { deniedHolders: new Set([STAFF]) } }), "holder-denied");
    expectRefused(prove({ kiosk: { expected: { staffId: STAFF, epochs: [EPOCH + 1] } } }), "epoch-unexpected");
    expectRefused(prove({ kioskNow: instant(NOW + days(91)) }), "credential-expired");
  });

  it("whose commitment is not what M1 said", () => {
    expectRefused(prove({ middle: altered({ nonce: new Uint8Array(32) }) }), "commitment-mismatch");
  });

  it("in the place of a template, nor a template in the place of it", () => {
    const asProof = rewriteM3({ identifier: site.identifier, window: WINDOW, keys: KEYS.wallet }, () =>
      encodeProof({ nonce: new Uint8Array(32), credential: site.credential, consent: "A", refusals: [] }),
    );
    const swapped = rehearse({ site, purpose: "unlock", middle: asProof });
    expect(swapped.kioskEffects.at(-2)).toMatchObject({ outcome: "refused", code: "message-malformed" });
    const asRelease = rewriteM3({ identifier: site.identifier, window: WINDOW, keys: KEYS.wallet }, () =>
      encodeRelease({
        nonce: new Uint8Array(32),
        credential: site.credential,
        template: syntheticTemplate().copy(),
        consent: "A",
        refusals: [],
      }),
    );
    expectRefused(prove({ middle: asRelease }), "message-malformed");
  });

  it("with a single bit of it changed", () => {
    const held = suspendBefore(site, 2, "prove");
    for (let byte = 0; byte < held.message.length; byte += 1) {
      const flipped = Uint8Array.from(held.message, (value, at) => (at === byte ? value ^ 1 : value));
      expect(held.receive(flipped).map(({ type }) => type)).toEqual(["send", "finished", "close"]);
    }
    expect(held.receive(held.message).map(({ type }) => type)).toEqual(["holder-proven"]);
  });
});

describe("an enrolment without a face", () => {
  it("ends with a credential that binds no template", () => {
    const onCode: Script["onCode"] = () =>
      issuedTo(site).map((event) =>
        event.type === "issued" ? { ...event, credential: faceless, template: null } : event,
      );
    const played = rehearse({ site, purpose: "enrol", onCode });
    expect(played.phoneEffects.find(({ type }) => type === "enrolled")).toMatchObject({ template: null });
    expect(played.kioskEffects.at(-2)).toMatchObject({ outcome: "enrolled", code: null });
  });

  it("issues no face's credential without its template, and no template with a faceless credential", () => {
    for (const [credential, template] of [
      [site.credential, null],
      [faceless, syntheticTemplate()],
    ] as const) {
      const onCode: Script["onCode"] = () =>
        issuedTo(site).map((event) => (event.type === "issued" ? { ...event, credential, template } : event));
      const played = rehearse({ site, purpose: "enrol", onCode });
      expect(played.kioskEffects.at(-2)).toMatchObject({ outcome: "refused", code: "template-mismatch" });
    }
  });
});
