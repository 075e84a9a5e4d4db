import { beforeAll, describe, expect, it } from "vitest";
import { issueDenyNotice, MAX_DENIED_KIOSKS } from "../credential/deny-notice.js";
import { createSigner } from "../credential/p256.js";
import { hours, instant } from "../units.js";
import { extension } from "./test-support/certificates.js";
import { type Played, rehearse, type Script } from "./test-support/rehearse.js";
import { issueReader, KEYS, KIOSK, NOW, openRehearsalSite, type RehearsalSite, SITE } from "./test-support/site.js";

let site: RehearsalSite;
beforeAll(async () => {
  site = await openRehearsalSite();
});

/** As many bytes as an intermediate of the longest names has. */
const padding = issueReader({ kiosk: "k".repeat(63), extensions: [extension("1.2.3.4", false, new Uint8Array(400))] });
const play = (script: Partial<Script>): Played => rehearse({ site, purpose: "unlock", ...script });
const learnedIn = (played: Played) => played.phoneEffects.filter((effect) => effect.type === "learned");
const noticeOf = (denyEpoch: number, key = KEYS.signer) =>
  issueDenyNotice(
    { site: SITE, denyEpoch, kiosks: [KIOSK, "ward-9-cart-2"], issuedAt: instant(NOW - hours(2)) },
    { chain: [site.signerCertificate], sign: createSigner(key.privateKey) },
  );

describe("a phone learns from any kiosk", () => {
  it("the deny epoch of its status, and the denied kiosks of the site's notice", () => {
    expect(learnedIn(play({}))).toEqual([
      { type: "learned", denyEpoch: 4, deniedKiosks: null, time: instant(NOW - hours(1)) },
      { type: "learned", denyEpoch: 4, deniedKiosks: ["ward-9-cart-2"], time: instant(NOW - hours(2)) },
    ]);
  });

  it.each(["unlock", "enrol"] as const)(
    "the most denied kiosks with the longest ids, over the longest chains of a rotation, whatever the purpose: %s",
    async (purpose) => {
      const kiosks = Array.from({ length: MAX_DENIED_KIOSKS }, (_, index) => `${index}-`.padEnd(63, "k"));
      // Whoever trusts the root needs the leaf alone; the rest is there to take its room.
      const long = (leaf: Uint8Array) => [leaf, ...Array.from({ length: 2 }, () => padding)];
      const denyNotice = await issueDenyNotice(
        { site: SITE, denyEpoch: 9, kiosks, issuedAt: instant(NOW - hours(1)) },
        { chain: long(site.signerCertificate), sign: createSigner(KEYS.signer.privateKey) },
      );
      const played = rehearse({ site, purpose, kiosk: { denyNotice, readerChain: long(site.readerCertificate) } });
      expect(learnedIn(played).at(-1)).toMatchObject({ denyEpoch: 9, deniedKiosks: kiosks });
    },
  );

  it("nothing from a notice that is older than what it knows", async () => {
    const denyNotice = await noticeOf(3);
    const played = play({ kiosk: { denyNotice } });
    expect(learnedIn(played)).toHaveLength(1);
    expect(played.phoneEffects.at(-1)).toMatchObject({ type: "finished", outcome: "unlocked" });
  });

  it("the epoch of a status even when it refuses the kiosk for another reason", () => {
    const played = play({ memory: { deniedKiosks: new Set([KIOSK]) } });
    expect(learnedIn(played)).toEqual([
      { type: "learned", denyEpoch: 4, deniedKiosks: null, time: instant(NOW - hours(1)) },
    ]);
  });

  it("nothing that a kiosk invents: a notice that the site did not sign ends the tap", async () => {
    const denyNotice = await noticeOf(9_999, KEYS.reader);
    const played = play({ kiosk: { denyNotice } });
    expect(learnedIn(played)).toHaveLength(1);
    expect(played.phoneEffects.at(-2)).toMatchObject({ outcome: "refused", code: "notice-signature", released: true });
  });
});

describe("a kiosk learns from a phone", () => {
  it("which kiosks it refused before, and why", () => {
    const face = play({}).kioskEffects.find((effect) => effect.type === "verify-face");
    expect(face?.consent).toBe("A");
    expect(face?.refusals).toEqual([{ kiosk: null, code: "certificate-untrusted", at: instant(NOW - 60_000) }]);
  });
});

describe("who listens to the air", () => {
  it("finds nothing of the credential, the template, the kiosk or the receipt in any message", () => {
    const played = play({});
    const stored = played.phoneEffects.find((effect) => effect.type === "store-receipt");
    const secrets = [
      site.credential,
      site.readerCertificate,
      site.status,
      site.denyNotice,
      stored?.receipt ?? new Uint8Array(0),
      KEYS.wallet.publicKey.slice(27),
      Buffer.from("Giulia R."),
      Buffer.from("s-0042"),
      Buffer.from(KIOSK),
    ];
    const air = Buffer.concat(played.sent.map(({ message }) => message));
    const heard = secrets.flatMap((secret) => windowsOf(secret).filter((window) => air.includes(Buffer.from(window))));
    expect(heard).toEqual([]);
    // The search finds what is there: the ephemeral key of M1 is sent in clear.
    expect(air.includes(Buffer.from(played.sent[0]?.message.slice(4, 69) ?? []))).toBe(true);
  });
});

/** Every run of eight bytes, or the whole of what is shorter. */
function windowsOf(secret: Uint8Array): Uint8Array[] {
  const size = Math.min(8, secret.length);
  return Array.from({ length: secret.length - size + 1 }, (_, at) => secret.subarray(at, at + size));
}
