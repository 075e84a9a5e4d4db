import { beforeAll, describe, expect, it } from "vitest";
import { issuedTo, rehearse } from "./test-support/rehearse.js";
import {
  KEYS,
  KIOSK,
  openRehearsalSite,
  type RehearsalSite,
  SITE,
  STAFF,
  syntheticTemplate,
} from "./test-support/site.js";

let site: RehearsalSite;
beforeAll(async () => {
  site = await openRehearsalSite();
});

const typesOf = (effects: readonly { type: string }[]): string[] => effects.map((effect) => effect.type);

describe("a tap", () => {
  it("brings a credential and its template to a kiosk that proved itself, and a receipt back", () => {
    const played = rehearse({ site, purpose: "unlock" });
    expect(typesOf(played.phoneEffects)).toEqual([
      "send",
      "learned",
      "ask-consent",
      "sign",
      "released",
      "send",
      "learned",
      "store-receipt",
      "established",
      "finished",
    ]);
    expect(typesOf(played.kioskEffects)).toEqual([
      "sign",
      "send",
      "verify-face",
      "sign",
      "send",
      "established",
      "finished",
    ]);
    expect(played.phoneEffects.at(-1)).toMatchObject({
      outcome: "unlocked",
      code: null,
      released: true,
      receipt: true,
      reader: { kiosk: KIOSK, name: "Cart 1", ward: "Ward 3" },
    });
    expect(played.kioskEffects.at(-1)).toEqual({
      type: "finished",
      purpose: "unlock",
      outcome: "unlocked",
      code: null,
      staffId: STAFF,
    });
    const face = played.kioskEffects.find((effect) => effect.type === "verify-face");
    expect(face?.template.digest()).toEqual(syntheticTemplate().digest());
    expect(face?.credential).toMatchObject({ site: SITE, staffId: STAFF, name: "Giulia R.", epoch: 1 });
  });

  it("keeps the session with heartbeats that only this kiosk can open", () => {
    const played = rehearse({ site, purpose: "unlock" });
    const phone = played.phoneEffects.find((effect) => effect.type === "established");
    const kiosk = played.kioskEffects.find((effect) => effect.type === "established");
    if (phone === undefined || kiosk === undefined) throw new Error("no session");
    expect(kiosk.heartbeat.open(phone.heartbeat.seal({ moved: true }))).toEqual({ ok: true, counter: 1, moved: true });
    phone.heartbeat.seal({ moved: false });
    expect(kiosk.heartbeat.open(phone.heartbeat.seal({ moved: false }))).toEqual({
      ok: true,
      counter: 3,
      moved: false,
    });
  });

  it("enrols a phone: the same code on both screens, then credential, template and identifier key", () => {
    const played = rehearse({ site, purpose: "enrol", onCode: () => issuedTo(site) });
    expect(typesOf(played.phoneEffects)).toEqual([
      "send",
      "learned",
      "sign",
      "send",
      "show-code",
      "learned",
      "enrolled",
      "store-receipt",
      "finished",
      "close",
    ]);
    expect(typesOf(played.kioskEffects)).toEqual([
      "sign",
      "send",
      "holder-key-proven",
      "show-code",
      "sign",
      "send",
      "finished",
      "close",
    ]);
    const codes = [...played.phoneEffects, ...played.kioskEffects].filter((effect) => effect.type === "show-code");
    expect(codes[0]?.code).toMatch(/^\d{6}$/);
    expect(codes[0]).toEqual(codes[1]);
    const enrolled = played.phoneEffects.find((effect) => effect.type === "enrolled");
    expect(enrolled?.trust).toEqual(site.trust);
    expect(enrolled?.credential.holderKey).toEqual(KEYS.wallet.publicKey);
    expect(enrolled?.eidKey).toEqual(site.eidKey);
    expect(enrolled?.template?.digest()).toEqual(syntheticTemplate().digest());
  });
});
