import { beforeAll, describe, expect, it } from "vitest";
import { createSigner, keyDigest } from "../credential/p256.js";
import { SIGNER_USAGE_OID } from "../credential/site-trust.js";
import { issueStatus } from "../credential/status.js";
import { days, hours, instant, minutes } from "../units.js";
import { CLOSE_MESSAGE } from "./messages.js";
import { authority, extension, keyUsage, uris, usages } from "./test-support/certificates.js";
import { type Played, rehearse, type Script } from "./test-support/rehearse.js";
import {
  issueReader,
  issueRoot,
  issueSigner,
  KEYS,
  KIOSK,
  NOW,
  openRehearsalSite,
  type RehearsalSite,
  SITE,
  trustOf,
} from "./test-support/site.js";

let site: RehearsalSite;
beforeAll(async () => {
  site = await openRehearsalSite();
});

type Asking = Omit<Script, "site" | "purpose">;
const play = (script: Asking): Played => rehearse({ site, purpose: "unlock", ...script });

/** Nothing but M1, which was sent before the kiosk said anything, and the byte that ends a tap. */
function expectSilence(played: Played, code: string, kiosk: string | null): void {
  const said = played.sent.filter(({ from }) => from === "phone").map(({ message }) => message);
  expect(said.slice(1)).toEqual([CLOSE_MESSAGE]);
  expect(played.phoneEffects.filter((effect) => effect.type === "ask-consent" || effect.type === "sign")).toEqual([]);
  const finished = played.phoneEffects.find((effect) => effect.type === "finished");
  expect(finished).toMatchObject({ outcome: "refused", code, released: false, receipt: false });
  expect(finished?.reader?.kiosk ?? null).toBe(kiosk);
  expect(played.phoneEffects.at(-1)).toEqual({ type: "close" });
}

const statusBy = (issuer: { certificate: Uint8Array; keys: typeof KEYS.signer }, bend: object = {}) =>
  issueStatus(
    {
      site: SITE,
      kiosk: KIOSK,
      readerKey: keyDigest(KEYS.reader.publicKey),
      denyEpoch: 4,
      notBefore: instant(NOW - hours(1)),
      notAfter: instant(NOW + hours(23)),
      ...bend,
    },
    { chain: [issuer.certificate], sign: createSigner(issuer.keys.privateKey) },
  );

describe("a phone says nothing about its owner to a kiosk whose certificate", () => {
  const reader = (certificate: Uint8Array): Asking => ({ kiosk: { readerChain: [certificate] } });
  const rogueRoot = issueRoot(KEYS.rogueRoot);
  const plainReader = uris(`urn:wardkey:site:${SITE}:kiosk:${KIOSK}`);
  const cases: readonly [string, string, () => Asking][] = [
    [
      "is signed by its own key",
      "certificate-untrusted",
      () => ({
        ...reader(issueReader({ issuerKeys: KEYS.rogueReader, keys: KEYS.rogueReader })),
        readerKeys: KEYS.rogueReader,
      }),
    ],
    [
      "comes from a root of its own that calls itself the same",
      "certificate-untrusted",
      () => ({
        kiosk: {
          readerChain: [issueReader({ issuerKeys: KEYS.rogueRoot, keys: KEYS.rogueReader })],
          trust: trustOf(rogueRoot),
        },
        readerKeys: KEYS.rogueReader,
      }),
    ],
    ["is for another usage", "certificate-usage", () => reader(issueReader({ usage: SIGNER_USAGE_OID }))],
    ["is for a web server", "certificate-usage", () => reader(issueReader({ usage: "1.3.6.1.5.5.7.3.1" }))],
    ["does not mark its usage critical", "certificate-usage", () => reader(issueReader({ criticalUsage: false }))],
    [
      "is an authority",
      "certificate-usage",
      () =>
        reader(
          issueReader({
            extensions: [authority(), keyUsage(0x80), usages(true, "1.3.6.1.4.1.58888.1.1"), plainReader],
          }),
        ),
    ],
    [
      "may not sign",
      "certificate-usage",
      () => reader(issueReader({ extensions: [keyUsage(0x04), usages(true, "1.3.6.1.4.1.58888.1.1"), plainReader] })),
    ],
    [
      "has a critical extension that nobody knows",
      "certificate-malformed",
      () =>
        reader(
          issueReader({
            extensions: [
              keyUsage(0x80),
              usages(true, "1.3.6.1.4.1.58888.1.1"),
              plainReader,
              extension("1.2.3.4", true, new Uint8Array([5, 0])),
            ],
          }),
        ),
    ],
    ["is of another site", "certificate-site", () => reader(issueReader({ site: "san-marco" }))],
    ["has expired", "certificate-expired", () => reader(issueReader({ notAfter: instant(NOW - minutes(1)) }))],
    [
      "is not valid yet",
      "certificate-not-yet-valid",
      () => reader(issueReader({ notBefore: instant(NOW + hours(1)) })),
    ],
    ["is another's, whose key it has not", "reader-signature", () => ({ readerKeys: KEYS.rogueReader })],
  ];
  it.each(cases)("%s (%s)", (_name, code, script) => {
    expectSilence(play(script()), code, null);
  });
});

describe("a phone says nothing about its owner to a proven kiosk", () => {
  it("whose status ended, or has not begun, or is another's, or is not the site's", async () => {
    const signer = { certificate: site.signerCertificate, keys: KEYS.signer };
    const rogueSigner = { certificate: issueSigner({ issuerKeys: KEYS.rogueRoot }), keys: KEYS.signer };
    const readerAsSigner = { certificate: site.readerCertificate, keys: KEYS.reader };
    const cases: readonly [string, Uint8Array][] = [
      ["status-expired", await statusBy(signer, { notAfter: instant(NOW - minutes(1)) })],
      ["status-not-yet-valid", await statusBy(signer, { notBefore: instant(NOW + hours(1)) })],
      ["status-kiosk", await statusBy(signer, { kiosk: "ward-9-cart-2" })],
      ["status-kiosk", await statusBy(signer, { readerKey: keyDigest(KEYS.rogueReader.publicKey) })],
      ["status-site", await statusBy(signer, { site: "san-marco" })],
      ["status-signature", await statusBy({ ...signer, keys: KEYS.rogueReader })],
      ["certificate-untrusted", await statusBy(rogueSigner)],
      ["certificate-usage", await statusBy(readerAsSigner)],
      ["status-malformed", site.credential],
      ["status-malformed", site.denyNotice],
    ];
    for (const [code, status] of cases) expectSilence(play({ kiosk: { status } }), code, KIOSK);
  });

  it("whose status is of an older deny epoch than this phone has seen", () => {
    expectSilence(play({ memory: { highestDenyEpoch: 5 } }), "status-epoch", KIOSK);
  });

  it("that the site denied", () => {
    expectSilence(play({ memory: { deniedKiosks: new Set([KIOSK]) } }), "kiosk-denied", KIOSK);
  });

  it("with a clock turned back: what the site signed later tells the time", () => {
    const latestTime = instant(NOW + hours(24));
    expectSilence(play({ memory: { latestTime }, phoneNow: NOW }), "status-expired", KIOSK);
    expectSilence(play({ memory: { latestTime: instant(NOW + days(60)) } }), "certificate-expired", null);
  });

  it("that asks for something else than this phone came for", () => {
    const played = play({ kiosk: { purpose: "enrol", offer: site.offer } });
    expectSilence(played, "purpose-unexpected", KIOSK);
  });

  it("that asks too often: a stolen key in a loop gets 20 releases, and no more within the hour", () => {
    const releases: { kiosk: string; at: typeof NOW }[] = [];
    let refused = 0;
    for (let attempt = 0; attempt < 30; attempt += 1) {
      const played = play({ seed: `attempt ${attempt}`, memory: { releases } });
      for (const effect of played.phoneEffects) if (effect.type === "released") releases.push(effect);
      if (played.phoneEffects.some((effect) => effect.type === "finished" && effect.code === "quota-kiosk"))
        refused += 1;
    }
    expect({ released: releases.length, refused }).toEqual({ released: 20, refused: 10 });
  });

  it("whose owner says no", () => {
    const played = play({ onConsent: () => ({ type: "consent", granted: false }) });
    expect(played.sent.at(-1)).toEqual({ from: "phone", message: CLOSE_MESSAGE });
    expect(played.phoneEffects.at(-2)).toMatchObject({ outcome: "refused", code: "consent-denied", released: false });
  });
});

describe("M1", () => {
  it("is the same for every wallet: it is made before any identity is at hand", () => {
    const mine = play({});
    const others = play({ onConsent: () => null, phone: { trust: trustOf(issueRoot(KEYS.rogueRoot), "san-marco") } });
    expect(mine.sent[0]).toEqual(others.sent[0]);
  });
});
