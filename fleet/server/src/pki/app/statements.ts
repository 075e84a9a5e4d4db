import { type Duration, type Instant, instant, WardkeyError } from "@wardkey/protocol";
import {
  type Credential,
  type Issuer,
  issueCredential,
  issueDenyNotice,
  issueStatus,
  keyDigest,
  MAX_DENIED_KIOSKS,
} from "@wardkey/protocol/credential";
import { STATUS_LIFE, validityFrom } from "../domain/lifetimes.js";
import type { IssuedCertificate, IssueLog } from "./certificates.js";
import type { Denials } from "./denials.js";

/** What the site signs for phones: credentials, the standing of kiosks, the news of denied ones. */
export interface Statements {
  signCredential(credential: Omit<Credential, "site">): Promise<Uint8Array>;
  /**
   * The kiosk's offline lease, bound to the reader key that it has now: 24 h unless a policy says otherwise. Refuses
   * with `reader-missing` for a kiosk without a reader certificate.
   */
  signStatus(kiosk: string, life?: Duration): Promise<{ status: Uint8Array; denyEpoch: number; notAfter: number }>;
  /** The news for phones, or `null` while nothing was ever denied. */
  denyNotice(): Promise<Uint8Array | null>;
}

export function createStatements(parts: {
  site: string;
  signer(): Promise<Issuer>;
  denials: Denials;
  log: Pick<IssueLog, "newest">;
  publicKeyOf(certificate: IssuedCertificate): Uint8Array;
  now(): Instant;
}): Statements {
  const { site, signer, denials, now } = parts;
  return {
    signCredential: async (credential) => issueCredential({ site, ...credential }, await signer()),
    async signStatus(kiosk, life = STATUS_LIFE) {
      const reader = await parts.log.newest(kiosk, "reader");
      if (reader === null) throw new WardkeyError("reader-missing", "this kiosk has no reader certificate");
      const denyEpoch = denials.list.epoch;
      const { notBefore, notAfter } = validityFrom(now(), life);
      const readerKey = keyDigest(parts.publicKeyOf(reader));
      const said = { site, kiosk, readerKey, denyEpoch, notBefore: instant(notBefore), notAfter: instant(notAfter) };
      return { status: await issueStatus(said, await signer()), denyEpoch, notAfter };
    },
    async denyNotice() {
      const { list } = denials;
      if (list.epoch === 0) return null;
      const kiosks = list.devices().slice(0, MAX_DENIED_KIOSKS);
      const news = { site, denyEpoch: list.epoch, kiosks: kiosks.map(({ whom }) => whom), issuedAt: now() };
      return issueDenyNotice(news, await signer());
    },
  };
}
