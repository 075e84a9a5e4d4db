import type { CertificateProfile } from "@wardkey/protocol/fleet";
import type { AlternativeName } from "../domain/certificate-body.js";
import { needsRenewal, SERVER_LIFE, validityFrom } from "../domain/lifetimes.js";
import { OID } from "../domain/oids.js";
import { type IdentityProfile, rulesOf } from "../domain/profiles.js";
import type { CertificateAuthority, IssuedCertificate, IssueLog } from "./certificates.js";

export interface Reader {
  readonly kiosk: string;
  readonly name: string;
  readonly ward: string;
}

/** What the audit learns of a certificate. */
export type IssuedListener = (issued: Omit<IssuedCertificate, "der">) => void;

export interface Issuance {
  /** Recorded durably before it resolves; with a ticket, that is spent with it, or `null` when another spent it first. */
  identity(of: {
    device: string;
    profile: IdentityProfile;
    publicKey: Uint8Array;
    ticketDigest?: string;
  }): Promise<IssuedCertificate | null>;
  reader(of: Reader & { publicKey: Uint8Array }): Promise<IssuedCertificate>;
  /** The reader certificate in force, a new one for the same key at half its life or under another name; `null` without a key. */
  currentReader(of: Reader): Promise<IssuedCertificate | null>;
  /** For another server of the site. */
  server(of: {
    names: readonly string[];
    alternatives: readonly AlternativeName[];
    publicKey: Uint8Array;
  }): Promise<IssuedCertificate>;
  /** Records a certificate of the server's own keys. */
  record(certificate: IssuedCertificate): Promise<void>;
  /** What was issued before anybody listened is told to the first who does. */
  onIssued(listener: IssuedListener): () => void;
}

/** The server's own keys, made anew before the audit was there, and as many again. */
const MOST_UNTOLD = 10;

export function createIssuance(parts: {
  site: string;
  authority(): CertificateAuthority;
  log: IssueLog;
  deniesSerial(serial: string): boolean;
  digest(publicKey: Uint8Array): string;
  /** What of a certificate the reader's name and ward are read from again. */
  readerNamed(der: Uint8Array): { name: string; ward: string; publicKey: Uint8Array } | undefined;
  now(): number;
}): Issuance {
  const { site, authority, log, now } = parts;
  const listeners = new Set<IssuedListener>();

  const untold: Omit<IssuedCertificate, "der">[] = [];
  const tell = ({ der: _der, ...told }: IssuedCertificate): void => {
    if (listeners.size === 0 && untold.length < MOST_UNTOLD) untold.push(told);
    for (const listener of listeners) listener(told);
  };
  const record = async (issued: IssuedCertificate): Promise<void> => {
    await log.record(issued);
    tell(issued);
  };
  const issue = async (of: {
    device: string;
    profile: CertificateProfile;
    subject: { commonName: string; organizationalUnit: string };
    publicKey: Uint8Array;
    ticketDigest?: string;
  }): Promise<IssuedCertificate | null> => {
    const { device, profile, publicKey } = of;
    const rules = rulesOf(profile);
    const leaf = authority().issue({
      ...validityFrom(now(), rules.life),
      subject: { ...of.subject, organization: site },
      publicKey,
      usageOid: rules.usageOid,
      names: [{ uri: rules.uri(site, device) }],
    });
    const issued: IssuedCertificate = {
      ...leaf,
      usage: rules.usage,
      subject: of.subject.commonName,
      device,
      profile: profile === "reader" ? null : profile,
      keyDigest: parts.digest(publicKey),
      issuedAt: now(),
    };
    if ((await log.record(issued, of.ticketDigest)) === "ticket-used") return null;
    tell(issued);
    return issued;
  };
  const reader: Issuance["reader"] = async ({ kiosk, name, ward, publicKey }) => {
    const subject = { commonName: name, organizationalUnit: ward };
    const issued = await issue({ device: kiosk, profile: "reader", subject, publicKey });
    if (issued === null) throw new TypeError("a certificate without a ticket cannot find it used");
    return issued;
  };
  return {
    identity: ({ device, profile, publicKey, ticketDigest }) =>
      issue({
        device,
        profile,
        subject: { commonName: device, organizationalUnit: profile },
        publicKey,
        ...(ticketDigest === undefined ? {} : { ticketDigest }),
      }),
    reader,
    async currentReader({ kiosk, name, ward }) {
      const newest = await log.newest(kiosk, "reader");
      const named = newest === null ? undefined : parts.readerNamed(newest.der);
      if (newest === null || named === undefined || parts.deniesSerial(newest.serial)) return null;
      const fits = named.name === name && named.ward === ward && !needsRenewal(newest, now());
      return fits ? newest : reader({ kiosk, name, ward, publicKey: named.publicKey });
    },
    async server({ names: [commonName = site], alternatives, publicKey }) {
      const leaf = authority().issue({
        ...validityFrom(now(), SERVER_LIFE),
        subject: { organization: site, commonName },
        publicKey,
        usageOid: OID.serverAuth,
        names: alternatives,
      });
      const about = { usage: "server", subject: commonName, device: null, profile: null } as const;
      const issued = { ...leaf, ...about, keyDigest: parts.digest(publicKey), issuedAt: now() };
      await record(issued);
      return issued;
    },
    record,
    onIssued(listener) {
      listeners.add(listener);
      for (const told of untold.splice(0)) listener(told);
      return () => listeners.delete(listener);
    },
  };
}
