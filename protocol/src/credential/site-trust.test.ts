import { describe, expect, it } from "vitest";
import { authority, extension, issueCertificate, keyUsage, uris, usages } from "../tap/test-support/certificates.js";
import {
  issueReader,
  issueRoot,
  issueSigner,
  KEYS,
  KIOSK,
  NOW,
  ROOT_SUBJECT,
  SITE,
  trustOf,
} from "../tap/test-support/site.js";
import { days, instant } from "../units.js";
import { createSiteTrust, READER_USAGE_OID, readerUri, verifyReader, verifySigner } from "./site-trust.js";

const root = issueRoot(KEYS.root);
const trust = trustOf(root);

describe("a root", () => {
  it("is a self-signed authority on P-256, and nothing else", () => {
    expect(createSiteTrust({ site: SITE, rootCertificate: root })).toMatchObject({ ok: true, trust: { site: SITE } });
    const notSelfSigned = issueCertificate(
      {
        serial: 9,
        subject: ROOT_SUBJECT,
        publicKey: KEYS.rogueRoot.publicKey,
        notBefore: NOW,
        notAfter: instant(NOW + days(1)),
        extensions: [authority(), keyUsage(0x04)],
      },
      { subject: ROOT_SUBJECT, privateKey: KEYS.root.privateKey },
    );
    for (const rootCertificate of [
      issueReader(),
      notSelfSigned,
      new Uint8Array(0),
      root.slice(0, -1),
      Uint8Array.of(...root, 0),
    ]) {
      expect(createSiteTrust({ site: SITE, rootCertificate })).toEqual({ ok: false, code: "root-malformed" });
    }
  });

  it("in PEM is refused: one certificate has one spelling", () => {
    const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(root).toString("base64")}\n-----END CERTIFICATE-----\n`;
    expect(createSiteTrust({ site: SITE, rootCertificate: Buffer.from(pem) })).toMatchObject({ ok: false });
  });

  it("that has ended ends everything below it", () => {
    expect(verifyReader([issueReader()], trust, instant(NOW + days(4_000)))).toEqual({
      ok: false,
      code: "root-expired",
    });
  });
});

describe("a reader certificate", () => {
  it("names its kiosk, ward and site", () => {
    expect(verifyReader([issueReader()], trust, NOW)).toEqual({
      ok: true,
      reader: {
        site: SITE,
        kiosk: KIOSK,
        name: "Cart 1",
        ward: "Ward 3",
        serial: "03",
        publicKey: KEYS.reader.publicKey,
        notBefore: instant(NOW - days(1)),
        notAfter: instant(NOW + days(29)),
      },
    });
  });

  it("is refused with any one of its bits changed", () => {
    const certificate = issueReader();
    const accepted = Array.from({ length: certificate.length * 8 }, (_, bit) => bit).filter((bit) => {
      const changed = certificate.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return verifyReader([changed], trust, NOW).ok;
    });
    expect(accepted).toEqual([]);
  });

  it("is refused cut at any length", () => {
    const certificate = issueReader();
    for (let length = 0; length < certificate.length; length += 1) {
      expect(verifyReader([certificate.slice(0, length)], trust, NOW)).toEqual({
        ok: false,
        code: "certificate-malformed",
      });
    }
  });

  const sound = [keyUsage(0x80), usages(true, READER_USAGE_OID)];
  const odd: readonly [string, string, readonly Uint8Array[]][] = [
    ["two names", "certificate-malformed", [...sound, uris(readerUri(SITE, KIOSK), readerUri(SITE, "other"))]],
    ["no name", "certificate-malformed", sound],
    ["the name of no kiosk", "certificate-malformed", [...sound, uris("urn:wardkey:site:san-luca")]],
    ["a name that goes on", "certificate-malformed", [...sound, uris(`${readerUri(SITE, KIOSK)}:x`)]],
    ["an extension twice", "certificate-malformed", [...sound, keyUsage(0x80), uris(readerUri(SITE, KIOSK))]],
    [
      "two usages",
      "certificate-usage",
      [keyUsage(0x80), usages(true, READER_USAGE_OID, "1.3.6.1.5.5.7.3.1"), uris(readerUri(SITE, KIOSK))],
    ],
    ["no usage", "certificate-usage", [keyUsage(0x80), uris(readerUri(SITE, KIOSK))]],
    ["no extension at all", "certificate-usage", []],
  ];
  it.each(odd)("with %s is refused (%s)", (_name, code, extensions) => {
    expect(verifyReader([issueReader({ extensions })], trust, NOW)).toEqual({ ok: false, code });
  });

  it("may carry an extension that nobody needs to know", () => {
    const extensions = [...sound, uris(readerUri(SITE, KIOSK)), extension("1.2.3.4", false, Uint8Array.of(5, 0))];
    expect(verifyReader([issueReader({ extensions })], trust, NOW)).toMatchObject({ ok: true });
  });

  it("allows a minute of difference between clocks before its start, and none after its end", () => {
    const certificate = issueReader();
    const places = [-days(1) - 60_001, -days(1) - 60_000, days(29), days(29) + 1];
    expect(places.map((place) => verifyReader([certificate], trust, instant(NOW + place)))).toMatchObject([
      { ok: false, code: "certificate-not-yet-valid" },
      { ok: true },
      { ok: true },
      { ok: false, code: "certificate-expired" },
    ]);
  });
});

describe("a signer certificate", () => {
  it("is of this site and of no other usage", () => {
    expect(verifySigner([issueSigner()], trust, NOW)).toMatchObject({ ok: true, publicKey: KEYS.signer.publicKey });
    expect(verifySigner([issueSigner({ site: "san-marco" })], trust, NOW)).toEqual({
      ok: false,
      code: "certificate-site",
    });
    expect(verifySigner([issueReader()], trust, NOW)).toEqual({ ok: false, code: "certificate-usage" });
    expect(verifyReader([issueSigner()], trust, NOW)).toEqual({ ok: false, code: "certificate-usage" });
  });
});
