import { type Instant, instant, WardkeyError } from "@wardkey/protocol";
import {
  type Credential,
  type Issuer,
  issueCredential,
  issueDenyNotice,
  issueStatus,
  keyDigest,
  MAX_DENIED_KIOSKS,
  parseCertificate,
  READER_USAGE_OID,
  readerUri,
} from "@wardkey/protocol/credential";
import { needsRenewal, READER_LIFE, STATUS_LIFE, validityFrom } from "../domain/lifetimes.js";
import type { CertificateAuthority, IssuedRecord, IssueLog } from "./ports.js";

export type ReaderSubject = { kiosk: string; name: string; ward: string; publicKey: Uint8Array };

export interface Pki {
  readonly rootCertificate: Uint8Array;
  readonly rootExpiresAt: number;
  /** A reader certificate of 30 days for the key that the kiosk made and keeps. */
  issueReader(subject: ReaderSubject): Promise<IssuedRecord>;
  /** The kiosk's reader certificate, a new one for the same key when less than half its life is left. */
  currentReader(subject: ReaderSubject): Promise<IssuedRecord>;
  readerOf(kiosk: string): Promise<IssuedRecord | null>;
  /** A status of 24 h: the kiosk's offline lease. */
  signStatus(kiosk: string): Promise<{ status: Uint8Array; denyEpoch: number; notAfter: number }>;
  /** The news for phones, or `null` while nothing is denied. */
  denyNotice(): Promise<Uint8Array | null>;
  signCredential(credential: Omit<Credential, "site">): Promise<Uint8Array>;
  denyEpoch(): Promise<number>;
  deny(whom: { kiosk: string } | { staffId: string }): Promise<number>;
}

function publicKeyOf(der: Uint8Array): Uint8Array {
  const parsed = parseCertificate(der);
  if (parsed === undefined) throw new WardkeyError("issue-log-damaged", "a certificate in the issue log is unreadable");
  return parsed.publicKey;
}

export function createPki(parts: {
  site: string;
  authority: CertificateAuthority;
  signer(): Promise<Issuer>;
  log: IssueLog;
  now(): Instant;
}): Pki {
  const { site, authority, signer, log, now } = parts;
  const issueReader: Pki["issueReader"] = async ({ kiosk, name, ward, publicKey }) => {
    const validity = validityFrom(now(), READER_LIFE);
    const leaf = await authority.issue({
      ...validity,
      subject: { commonName: name, organizationalUnit: ward, organization: site },
      publicKey,
      usageOid: READER_USAGE_OID,
      uri: readerUri(site, kiosk),
    });
    const record: IssuedRecord = { ...leaf, ...validity, usage: "reader", subject: name, kiosk, issuedAt: now() };
    await log.record(record);
    return record;
  };
  return {
    rootCertificate: authority.rootCertificate,
    rootExpiresAt: authority.rootValidity.notAfter,
    issueReader,
    async currentReader(subject) {
      const newest = await log.newestReader(subject.kiosk);
      return newest === null || needsRenewal(newest, now()) ? issueReader(subject) : newest;
    },
    readerOf: (kiosk) => log.newestReader(kiosk),
    async signStatus(kiosk) {
      const denyEpoch = await log.denyEpoch();
      const reader = await log.newestReader(kiosk);
      if (reader === null) throw new WardkeyError("reader-missing", "this kiosk has no reader certificate");
      const readerKey = keyDigest(publicKeyOf(reader.der));
      const { notBefore, notAfter } = validityFrom(now(), STATUS_LIFE);
      const status = await issueStatus(
        { site, kiosk, readerKey, denyEpoch, notBefore: instant(notBefore), notAfter: instant(notAfter) },
        await signer(),
      );
      return { status, denyEpoch, notAfter };
    },
    async denyNotice() {
      const { epoch, kiosks } = await log.deniedKiosks();
      if (epoch === 0) return null;
      const notice = { site, denyEpoch: epoch, kiosks: kiosks.slice(0, MAX_DENIED_KIOSKS), issuedAt: now() };
      return issueDenyNotice(notice, await signer());
    },
    signCredential: async (credential) => issueCredential({ site, ...credential }, await signer()),
    denyEpoch: () => log.denyEpoch(),
    deny: (whom) =>
      log.deny({
        kiosk: "kiosk" in whom ? whom.kiosk : null,
        staffId: "staffId" in whom ? whom.staffId : null,
        at: now(),
      }),
  };
}
