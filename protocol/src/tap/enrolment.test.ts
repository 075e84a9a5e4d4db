import { beforeAll, describe, expect, it } from "vitest";
import type { Credential } from "../credential/credential.js";
import type { EnrolmentOffer } from "../credential/offer.js";
import { OpaqueTemplate } from "../credential/template.js";
import { days, instant, minutes } from "../units.js";
import type { Application } from "./bodies.js";
import type { KioskEvent } from "./kiosk-types.js";
import { CLOSE_MESSAGE } from "./messages.js";
import { alteredApplication } from "./test-support/altered-phone.js";
import { issuedTo, type Played, phoneInput, rehearse, type Script } from "./test-support/rehearse.js";
import {
  credentialWith,
  EPOCH,
  issueReader,
  issueRoot,
  KEYS,
  NOW,
  openRehearsalSite,
  type RehearsalSite,
  STAFF,
  seededBytes,
  trustOf,
} from "./test-support/site.js";

let site: RehearsalSite;
beforeAll(async () => {
  site = await openRehearsalSite();
});

const play = (script: Partial<Script>): Played => rehearse({ site, purpose: "enrol", ...script });
const offering = (bend: Partial<EnrolmentOffer>): Partial<Script> => ({ phone: { offer: { ...site.offer, ...bend } } });
const codeOf = (played: Played, side: "phone" | "kiosk"): string | undefined => {
  const effects = side === "phone" ? played.phoneEffects : played.kioskEffects;
  for (const effect of effects) if (effect.type === "show-code") return effect.code;
  return undefined;
};
const endOf = (played: Played, side: "phone" | "kiosk") => {
  const effects = side === "phone" ? played.phoneEffects : played.kioskEffects;
  for (const effect of effects) if (effect.type === "finished") return { outcome: effect.outcome, code: effect.code };
  return undefined;
};

/** The phone made no signature, showed no code and holds nothing. */
function expectPhoneStopped(played: Played, code: string): void {
  expect(endOf(played, "phone")).toEqual({ outcome: "refused", code });
  const after = played.phoneEffects.filter(
    ({ type }) => type === "sign" || type === "show-code" || type === "enrolled",
  );
  expect(after).toEqual([]);
  expect(played.sent.at(-1)).toEqual({ from: "phone", message: CLOSE_MESSAGE });
}

/** The kiosk showed no code, asked for no template, and the phone holds nothing. */
function expectKioskStopped(played: Played, code: string): void {
  expect(endOf(played, "kiosk")).toEqual({ outcome: "refused", code });
  const { kioskEffects, phoneEffects } = played;
  expect(kioskEffects.filter(({ type }) => type === "holder-key-proven" || type === "show-code")).toEqual([]);
  expect(phoneEffects.filter(({ type }) => type === "enrolled")).toEqual([]);
}

describe("a phone does not enrol at a kiosk", () => {
  it("whose root is not the one that the offer names: a rogue kiosk with a root of its own", () => {
    const rogue = trustOf(issueRoot(KEYS.rogueRoot));
    const readerChain = [issueReader({ issuerKeys: KEYS.rogueRoot, keys: KEYS.rogueReader })];
    const kiosk = { trust: rogue, readerChain };
    expectPhoneStopped(play({ kiosk, readerKeys: KEYS.rogueReader }), "offer-root");
    expectPhoneStopped(play(offering({ rootDigest: new Uint8Array(32) })), "offer-root");
  });

  it("that shows the true root over a certificate of its own", () => {
    const readerChain = [issueReader({ issuerKeys: KEYS.rogueRoot, keys: KEYS.rogueReader })];
    expectPhoneStopped(play({ kiosk: { readerChain }, readerKeys: KEYS.rogueReader }), "certificate-untrusted");
  });

  it("that is another kiosk of the site than the one whose code was read", () => {
    expectPhoneStopped(play(offering({ kioskKeyDigest: new Uint8Array(32) })), "offer-kiosk");
  });

  it("that has not the key of its certificate", () => {
    expectPhoneStopped(play({ readerKeys: KEYS.rogueReader }), "reader-signature");
  });

  it("after the two minutes of its offer", () => {
    expectPhoneStopped(play({ phoneNow: instant(NOW + minutes(3)) }), "offer-expired");
  });

  it("that asks for a release instead, and so shows no root", () => {
    const { identifier, window } = phoneInput({ site, purpose: "enrol" }, "rehearsal");
    const expected = { staffId: STAFF, epochs: [EPOCH] };
    const kiosk = { purpose: "unlock", expected, deniedHolders: new Set<string>(), identifier, window } as const;
    expectPhoneStopped(play({ kiosk }), "offer-root");
  });
});

describe("a kiosk does not enrol a phone", () => {
  const altered = (bend: Partial<Application>, keys = KEYS.wallet) => {
    const { identifier, window } = phoneInput({ site, purpose: "enrol" }, "rehearsal");
    return alteredApplication({ identifier, window, keys }, bend);
  };

  it("that heard the identifier but never read the token", () => {
    const token = new Uint8Array(16);
    expectKioskStopped(play(offering({ token })), "token-wrong");
  });

  it("that has not the key which it brings", () => {
    expectKioskStopped(play({ walletKeys: KEYS.otherWallet }), "holder-signature");
  });

  it("that chose its key or nonce only after it saw the kiosk's: the code cannot be ground", () => {
    const holderKey = KEYS.otherWallet.publicKey;
    expectKioskStopped(play({ middle: altered({ holderKey }, KEYS.otherWallet) }), "commitment-mismatch");
    expectKioskStopped(play({ middle: altered({ nonce: new Uint8Array(32) }) }), "commitment-mismatch");
  });

  it("after the two minutes of its offer", () => {
    expectKioskStopped(play({ kioskNow: instant(NOW + minutes(3)) }), "offer-expired");
  });

  it("when the operator sees two different codes", () => {
    const played = play({ onCode: () => [{ type: "codes-compared", agree: false }] });
    expect(endOf(played, "kiosk")).toEqual({ outcome: "refused", code: "codes-differ" });
    expect(endOf(played, "phone")).toEqual({ outcome: "broken-off", code: "peer-closed" });
    expect(played.phoneEffects.filter(({ type }) => type === "enrolled")).toEqual([]);
  });

  it("before the codes were compared: what is issued too early is overwritten and goes nowhere", () => {
    const events = issuedTo(site).filter((event) => event.type === "issued");
    const played = play({ onCode: () => events });
    expect(played.kiosk.phase).toBe("awaiting-comparison");
    expect(played.sent).toHaveLength(3);
    for (const event of events) expect(() => event.template?.copy()).toThrow("the template was overwritten");
  });

  it("with a credential for another key, another template or another site", async () => {
    const other = new OpaqueTemplate(seededBytes("another synthetic template")(412));
    const cases: readonly [string, Partial<Credential>][] = [
      ["holder-key-mismatch", { holderKey: KEYS.otherWallet.publicKey }],
      ["template-mismatch", { templateDigest: other.digest() }],
      ["credential-site", { site: "san-marco" }],
      ["credential-expired", { expiresAt: instant(NOW - days(1)) }],
    ];
    for (const [code, bend] of cases) {
      const credential = await credentialWith(bend);
      const [agreed, issued] = issuedTo(site);
      const events = [agreed, { ...issued, credential }].filter((event) => event !== undefined) as KioskEvent[];
      const played = play({ onCode: () => events });
      expect(endOf(played, "kiosk")).toEqual({ outcome: "refused", code });
      expect(played.phoneEffects.filter(({ type }) => type === "enrolled")).toEqual([]);
    }
  });
});

describe("the six digits", () => {
  it("are others in every handshake and the same on both screens", () => {
    const codes = Array.from({ length: 20 }, (_, run) => {
      const played = play({ seed: `run ${run}`, onCode: () => [] });
      expect(codeOf(played, "phone")).toBe(codeOf(played, "kiosk"));
      return codeOf(played, "phone");
    });
    expect(new Set(codes).size).toBeGreaterThan(18);
  });

  it("differ when two handshakes are joined in the middle", () => {
    const here = play({ seed: "to the phone", onCode: () => [] });
    const there = play({ seed: "to the kiosk", onCode: () => [] });
    expect(codeOf(here, "phone")).not.toBe(codeOf(there, "kiosk"));
  });
});
