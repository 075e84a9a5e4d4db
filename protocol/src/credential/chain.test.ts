import { describe, expect, it } from "vitest";
import {
  authority,
  issueCertificate,
  type KeyPair,
  keyPairOf,
  keyUsage,
  uris,
  usages,
} from "../tap/test-support/certificates.js";
import { KEYS, KIOSK, NOW, SITE } from "../tap/test-support/site.js";
import { days, type Instant, instant } from "../units.js";
import { createSiteTrust, READER_USAGE_OID, readerUri, type SiteTrust, verifyReader } from "./site-trust.js";

const NAME = { commonName: "Wardkey root", organization: SITE };
const OLD = keyPairOf(201);
const NEW = keyPairOf(202);
const MIDDLE = keyPairOf(203);
const LOWER = keyPairOf(204);
const middleName = { commonName: "Wardkey intermediate", organization: SITE };
const lowerName = { commonName: "Wardkey lower", organization: SITE };

interface AuthorityBend {
  readonly subject?: typeof NAME;
  readonly issuer?: typeof NAME;
  readonly pathLength?: number;
  readonly notBefore?: Instant;
  readonly notAfter?: Instant;
  readonly extensions?: readonly Uint8Array[];
}

const authorityOf = (keys: KeyPair, by: KeyPair, bend: AuthorityBend = {}): Uint8Array =>
  issueCertificate(
    {
      serial: 7,
      subject: bend.subject ?? NAME,
      publicKey: keys.publicKey,
      notBefore: bend.notBefore ?? instant(NOW - days(50)),
      notAfter: bend.notAfter ?? instant(NOW + days(900)),
      extensions: bend.extensions ?? [authority(bend.pathLength), keyUsage(0x04)],
    },
    { subject: bend.issuer ?? NAME, privateKey: by.privateKey },
  );

const readerBy = (by: KeyPair, issuer: typeof NAME): Uint8Array =>
  issueCertificate(
    {
      serial: 3,
      subject: { commonName: "Cart 1", organization: SITE, unit: "Ward 3" },
      publicKey: KEYS.reader.publicKey,
      notBefore: instant(NOW - days(1)),
      notAfter: instant(NOW + days(29)),
      extensions: [keyUsage(0x80), usages(true, READER_USAGE_OID), uris(readerUri(SITE, KIOSK))],
    },
    { subject: issuer, privateKey: by.privateKey },
  );

const oldRoot = authorityOf(OLD, OLD, { pathLength: 1 });
const newRoot = authorityOf(NEW, NEW, { pathLength: 1 });
const middle = authorityOf(MIDDLE, OLD, { subject: middleName, pathLength: 0 });
const middleUnderNew = authorityOf(MIDDLE, NEW, { subject: middleName, pathLength: 0 });
/** RFC 4210 4.4: the new key, vouched for by the old one. */
const newWithOld = authorityOf(NEW, OLD, { pathLength: 1 });
const leaf = readerBy(MIDDLE, middleName);

function trusting(...roots: Uint8Array[]): SiteTrust {
  const [rootCertificate = oldRoot, ...moreRoots] = roots;
  const created = createSiteTrust({ site: SITE, rootCertificate, moreRoots });
  if (!created.ok) throw new Error(created.code);
  return created.trust;
}

describe("a chain", () => {
  it("leads from a leaf over an intermediate to the root", () => {
    expect(verifyReader([leaf, middle], trusting(oldRoot), NOW)).toMatchObject({ ok: true, reader: { kiosk: KIOSK } });
  });

  it("of the new root is followed by whoever still trusts the old one, through the cross-certificate", () => {
    const chain = [leaf, middleUnderNew, newWithOld];
    expect(verifyReader(chain, trusting(oldRoot), NOW)).toMatchObject({ ok: true });
    expect(verifyReader(chain, trusting(newRoot), NOW)).toMatchObject({ ok: true });
    expect(verifyReader(chain, trusting(oldRoot, newRoot), NOW)).toMatchObject({ ok: true });
    expect(verifyReader([leaf, middleUnderNew], trusting(oldRoot), NOW)).toEqual({
      ok: false,
      code: "certificate-untrusted",
    });
  });

  const late = instant(NOW - days(1));
  const cases: readonly [string, string, () => readonly Uint8Array[]][] = [
    ["of no certificate", "certificate-malformed", () => []],
    ["without its intermediate", "certificate-untrusted", () => [leaf]],
    ["in the wrong order", "certificate-usage", () => [middle, leaf]],
    ["longer than four", "certificate-malformed", () => [leaf, middle, middle, middle, middle]],
    [
      "over another's intermediate",
      "certificate-untrusted",
      () => [leaf, authorityOf(LOWER, OLD, { subject: middleName })],
    ],
    [
      "over an intermediate that no root signed",
      "certificate-untrusted",
      () => [leaf, authorityOf(MIDDLE, LOWER, { subject: middleName })],
    ],
    [
      "over an intermediate that has ended",
      "certificate-expired",
      () => [leaf, authorityOf(MIDDLE, OLD, { subject: middleName, notAfter: late })],
    ],
    [
      "over an intermediate that is yet to begin",
      "certificate-not-yet-valid",
      () => [leaf, authorityOf(MIDDLE, OLD, { subject: middleName, notBefore: instant(NOW + days(1)) })],
    ],
    [
      "over a leaf that poses as an authority",
      "certificate-untrusted",
      () => [leaf, authorityOf(MIDDLE, OLD, { subject: middleName, extensions: [keyUsage(0x80)] })],
    ],
    [
      "over an authority that may not sign certificates",
      "certificate-untrusted",
      () => [leaf, authorityOf(MIDDLE, OLD, { subject: middleName, extensions: [authority(), keyUsage(0x80)] })],
    ],
    [
      "deeper than the intermediate allows",
      "certificate-untrusted",
      () => [
        readerBy(LOWER, lowerName),
        authorityOf(LOWER, MIDDLE, { subject: lowerName, issuer: middleName }),
        middle,
      ],
    ],
    [
      "deeper than the root allows",
      "certificate-untrusted",
      () => [
        readerBy(LOWER, lowerName),
        authorityOf(LOWER, MIDDLE, { subject: lowerName, issuer: middleName }),
        authorityOf(MIDDLE, OLD, { subject: middleName }),
      ],
    ],
  ];
  it.each(cases)("%s is refused (%s)", (_name, code, chain) => {
    expect(verifyReader(chain(), trusting(oldRoot), NOW)).toEqual({ ok: false, code });
  });

  it("ends with the root that vouches for it", () => {
    const ending = authorityOf(OLD, OLD, { pathLength: 1, notAfter: late });
    expect(verifyReader([leaf, middle], trusting(ending), NOW)).toEqual({ ok: false, code: "root-expired" });
  });

  it("is refused with any one bit of its intermediate changed", () => {
    const accepted = Array.from({ length: middle.length * 8 }, (_, bit) => bit).filter((bit) => {
      const changed = middle.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return verifyReader([leaf, changed], trusting(oldRoot), NOW).ok;
    });
    expect(accepted).toEqual([]);
  });
});
