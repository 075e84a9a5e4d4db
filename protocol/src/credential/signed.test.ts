import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { rehearse } from "../tap/test-support/rehearse.js";
import {
  issueSigner,
  KEYS,
  KIOSK,
  NOW,
  openRehearsalSite,
  type RehearsalSite,
  SITE,
  STAFF,
} from "../tap/test-support/site.js";
import { days, hours, type Instant, instant } from "../units.js";
import {
  type Credential,
  createSigner,
  issueCredential,
  issueDenyNotice,
  issueStatus,
  keyDigest,
  type SiteTrust,
  verifyCredential,
  verifyDenyNotice,
  verifyReceipt,
  verifyStatus,
} from "./index.js";

type Verify = (bytes: Uint8Array, trust: SiteTrust, at: Instant) => { ok: boolean };
const kinds: Record<string, Verify> = {
  credential: verifyCredential,
  status: verifyStatus,
  notice: verifyDenyNotice,
  receipt: verifyReceipt,
};

let site: RehearsalSite;
let signed: Record<string, Uint8Array>;
beforeAll(async () => {
  site = await openRehearsalSite();
  const stored = rehearse({ site, purpose: "unlock" }).phoneEffects.find(({ type }) => type === "store-receipt");
  if (stored?.type !== "store-receipt") throw new Error("no receipt");
  signed = { credential: site.credential, status: site.status, notice: site.denyNotice, receipt: stored.receipt };
});
const issuer = () => ({ chain: [site.signerCertificate], sign: createSigner(KEYS.signer.privateKey) });
const bytesOf = (kind: string): Uint8Array => signed[kind] ?? new Uint8Array(0);
const verifierOf = (kind: string): Verify => kinds[kind] ?? (() => ({ ok: true }));

describe.each(Object.keys(kinds))("a signed %s", (kind) => {
  it("is accepted as it is, and refused with any one byte changed", () => {
    const bytes = bytesOf(kind);
    expect(verifierOf(kind)(bytes, site.trust, NOW)).toMatchObject({ ok: true });
    const accepted = Array.from(bytes.keys()).filter((at) => {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      return verifierOf(kind)(changed, site.trust, NOW).ok;
    });
    expect(accepted).toEqual([]);
  });

  it("is refused cut at any length, and with a byte more", () => {
    const bytes = bytesOf(kind);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(verifierOf(kind)(bytes.slice(0, length), site.trust, NOW).ok).toBe(false);
    }
    expect(verifierOf(kind)(Uint8Array.of(...bytes, 0), site.trust, NOW).ok).toBe(false);
  });

  it("passes for none of the other kinds", () => {
    const others = Object.keys(kinds).filter((other) => other !== kind);
    expect(others.map((other) => verifierOf(other)(bytesOf(kind), site.trust, NOW))).toEqual(
      others.map((other) => ({ ok: false, code: `${other}-malformed` })),
    );
  });
});

describe("a credential", () => {
  const text = fc.string({ minLength: 1, maxLength: 40, unit: fc.constantFrom(..."Giulia Rossi αβγ ñ 😀") });
  it("reads back as it was issued, whatever it says", async () => {
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.stringMatching(/^[a-z0-9-]{1,63}$/),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.integer({ min: 1, max: 0xffff_ffff }),
        async (name, staffId, templateDigest, epoch) => {
          const credential: Credential = {
            site: SITE,
            staffId,
            name,
            holderKey: KEYS.wallet.publicKey,
            templateDigest,
            epoch,
            issuedAt: NOW,
            expiresAt: instant(NOW + days(90)),
          };
          const bytes = await issueCredential(credential, issuer());
          expect(verifyCredential(bytes, site.trust, NOW)).toEqual({ ok: true, credential });
        },
      ),
      { numRuns: 50 },
    );
  });

  it("is not issued in a form that no reader accepts", async () => {
    const sound: Credential = {
      site: SITE,
      staffId: STAFF,
      name: "Giulia R.",
      holderKey: KEYS.wallet.publicKey,
      templateDigest: new Uint8Array(32),
      epoch: 1,
      issuedAt: NOW,
      expiresAt: instant(NOW + days(90)),
    };
    const bends: Partial<Credential>[] = [
      { staffId: "../etc" },
      { name: "" },
      { name: "Giulia\u202e" },
      { name: "Giulia\n" },
      { epoch: 0 },
      { templateDigest: new Uint8Array(31) },
      { holderKey: new Uint8Array(91) },
    ];
    for (const bend of bends) {
      await expect(issueCredential({ ...sound, ...bend }, issuer())).rejects.toMatchObject({
        code: "credential-invalid",
      });
    }
  });

  it("is refused when its signer's certificate has ended, though it has not itself", () => {
    const late = instant(NOW + days(80));
    expect(verifyCredential(site.credential, site.trust, late)).toMatchObject({ ok: true });
    expect(verifyCredential(site.credential, site.trust, instant(NOW + days(360)))).toEqual({
      ok: false,
      code: "certificate-expired",
    });
    expect(verifyCredential(site.credential, site.trust, instant(NOW + days(91)))).toEqual({
      ok: false,
      code: "credential-expired",
    });
  });

  it("signed with the site's certificate but another key is refused", async () => {
    const forged = { chain: [issueSigner()], sign: createSigner(KEYS.rogueRoot.privateKey) };
    const status = {
      site: SITE,
      kiosk: KIOSK,
      readerKey: keyDigest(KEYS.reader.publicKey),
      denyEpoch: 4,
      notBefore: NOW,
      notAfter: instant(NOW + hours(24)),
    };
    const bytes = await issueStatus(status, forged);
    expect(verifyStatus(bytes, site.trust, NOW)).toEqual({ ok: false, code: "status-signature" });
  });
});

describe("a status and a notice", () => {
  it("read back as they were issued", async () => {
    const status = {
      site: SITE,
      kiosk: KIOSK,
      readerKey: keyDigest(KEYS.reader.publicKey),
      denyEpoch: 9,
      notBefore: NOW,
      notAfter: instant(NOW + hours(24)),
    };
    expect(verifyStatus(await issueStatus(status, issuer()), site.trust, NOW)).toEqual({ ok: true, status });
    const notice = { site: SITE, denyEpoch: 9, kiosks: ["a", "b"], issuedAt: NOW };
    expect(verifyDenyNotice(await issueDenyNotice(notice, issuer()), site.trust, NOW)).toEqual({ ok: true, notice });
  });

  it("are not issued in a form that no phone accepts", async () => {
    const many = Array.from({ length: 65 }, (_, index) => `kiosk-${index}`);
    const notice = { site: SITE, denyEpoch: 1, kiosks: many, issuedAt: NOW };
    await expect(issueDenyNotice(notice, issuer())).rejects.toMatchObject({ code: "notice-invalid" });
    const status = {
      site: SITE,
      kiosk: "",
      readerKey: keyDigest(KEYS.reader.publicKey),
      denyEpoch: 1,
      notBefore: NOW,
      notAfter: NOW,
    };
    await expect(issueStatus(status, issuer())).rejects.toMatchObject({ code: "status-invalid" });
  });
});
