import { beforeAll, describe, expect, it } from "vitest";
import { OpaqueTemplate } from "../credential/template.js";
import { days, instant, minutes } from "../units.js";
import type { Release } from "./bodies.js";
import { CLOSE_MESSAGE } from "./messages.js";
import { alteredRelease } from "./test-support/altered-phone.js";
import { grantedConsent, type Played, rehearse, type Script } from "./test-support/rehearse.js";
import {
  credentialWith,
  EPOCH,
  issueRoot,
  issueSigner,
  KEYS,
  NOW,
  openRehearsalSite,
  type RehearsalSite,
  STAFF,
  seededBytes,
  syntheticTemplate,
  trustOf,
  WINDOW,
} from "./test-support/site.js";

let site: RehearsalSite;
beforeAll(async () => {
  site = await openRehearsalSite();
});

const otherTemplate = (): OpaqueTemplate => new OpaqueTemplate(seededBytes("another synthetic template")(412));

const altered = (bend: Partial<Release>) =>
  alteredRelease({ identifier: site.identifier, window: WINDOW, keys: KEYS.wallet }, bend);

const play = (script: Partial<Script>): Played => rehearse({ site, purpose: "unlock", ...script });

/** The kiosk compares no face, and tells the phone nothing but that it ends. */
function expectRefused(played: Played, code: string): void {
  expect(played.kioskEffects.filter((effect) => effect.type === "verify-face")).toEqual([]);
  expect(played.kioskEffects.slice(-3)).toEqual([
    { type: "send", message: CLOSE_MESSAGE },
    { type: "finished", purpose: "unlock", outcome: "refused", code, staffId: null },
    { type: "close" },
  ]);
  expect(played.phoneEffects.at(-2)).toMatchObject({ outcome: "broken-off", code: "peer-closed", receipt: false });
}

describe("a kiosk compares no face for", () => {
  it("a credential signed with another key than the wallet's", () => {
    expectRefused(play({ walletKeys: KEYS.otherWallet }), "holder-signature");
  });

  it("the credential of somebody else than the identifier named", () => {
    const kiosk = { expected: { staffId: "s-0001", epochs: [EPOCH] } };
    expectRefused(play({ kiosk }), "holder-unexpected");
  });

  it("a holder whom the site denied, or whose template key is of another epoch", () => {
    expectRefused(play({ kiosk: { deniedHolders: new Set([STAFF]) } }), "holder-denied");
    expectRefused(play({ kiosk: { expected: { staffId: STAFF, epochs: [2, 3] } } }), "epoch-unexpected");
  });

  it("a credential that ended by the kiosk's clock, though the phone's is behind", () => {
    expectRefused(play({ kioskNow: instant(NOW + days(91)) }), "credential-expired");
  });

  it("a credential that the phone's site signed but the kiosk's did not", () => {
    const foreign = trustOf(issueRoot(KEYS.rogueRoot));
    expectRefused(play({ kiosk: { trust: foreign } }), "certificate-untrusted");
  });

  it("a release whose commitment is not what M1 said", () => {
    expectRefused(play({ middle: altered({ nonce: new Uint8Array(32) }) }), "commitment-mismatch");
  });

  it("another template than the credential's, put there by a phone that was altered", () => {
    const template = otherTemplate().copy();
    expectRefused(play({ middle: altered({ template }) }), "template-mismatch");
  });

  it("another person's credential, put there by a phone that was altered", async () => {
    const other = await credentialWith({ staffId: "s-0001", holderKey: KEYS.otherWallet.publicKey });
    expectRefused(play({ middle: altered({ credential: other }) }), "holder-signature");
    const stolen = await credentialWith({ staffId: "s-0001" });
    expectRefused(play({ middle: altered({ credential: stolen }) }), "holder-unexpected");
  });
});

describe("a phone releases nothing", () => {
  const consenting = (bend: object): Partial<Script> => ({
    onConsent: () => ({ ...grantedConsent(site), ...bend }) as ReturnType<typeof grantedConsent>,
  });
  const expectHeld = (played: Played, code: string): void => {
    expect(played.sent.filter(({ from }) => from === "phone").at(-1)?.message).toEqual(CLOSE_MESSAGE);
    expect(played.phoneEffects.filter((effect) => effect.type === "released" || effect.type === "sign")).toEqual([]);
    expect(played.phoneEffects.at(-2)).toMatchObject({ outcome: "refused", code, released: false });
  };

  it("when its own credential has ended, is another site's or does not fit its template", async () => {
    const ended = await credentialWith({ expiresAt: instant(NOW - minutes(1)) });
    const rogue = await credentialWith({}, issueSigner({ issuerKeys: KEYS.rogueRoot }));
    expectHeld(play(consenting({ credential: ended })), "credential-expired");
    expectHeld(play(consenting({ credential: rogue })), "certificate-untrusted");
    expectHeld(play(consenting({ template: otherTemplate() })), "template-mismatch");
  });

  it("and overwrites the template that it was given, whether it was sent or not", () => {
    const given = [syntheticTemplate(), otherTemplate()];
    for (const template of given) play(consenting({ template }));
    for (const template of given) expect(() => template.copy()).toThrow("the template was overwritten");
  });
});
