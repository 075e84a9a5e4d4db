import { createHash, X509Certificate } from "node:crypto";
import type { Admission, PeerCertificate } from "../../platform/broker/port.js";
import type { DenyList } from "../domain/denials.js";
import { CLOCK_TOLERANCE, LATE_RENEWAL } from "../domain/lifetimes.js";
import type { IssuedCertificate, IssueLog } from "./certificates.js";

type Peer = Pick<PeerCertificate, "certificate">;

export interface IdentityGate {
  /** Whether who presents this certificate is let in now. In memory once the certificate was seen: microseconds. */
  admit(peer: Peer): Promise<Admission>;
  /** The same for asking for the next identity, which one that ran out for at most 30 days may still do. */
  admitToRenew(peer: Peer): Promise<Admission>;
}

/** What a judgement needs of a certificate: not its bytes. */
type Known = Pick<IssuedCertificate, "usage" | "device" | "profile" | "serial" | "notBefore" | "notAfter">;

/** Enough for each device's last and next identity at the largest site; what is forgotten is looked up again. */
const MOST_REMEMBERED = 20_000;

/**
 * Judges client certificates by the issue log: what is there byte for byte was signed by this site, so that no signature
 * is checked again. It begins with the living identities in memory, because after a restart all of them come at once.
 * Nothing of the judgement is remembered, only whose certificate it is: a denial holds at once.
 */
export async function openIdentityGate(parts: {
  log: Pick<IssueLog, "bySerial" | "newestIdentities">;
  list: DenyList;
  /** Whether an authority of this site signed it: parts an unknown certificate from a foreign one. */
  isOurs(certificate: X509Certificate): boolean;
  /** One of this site's that its log lost; `null` for any other. */
  refind?(der: Uint8Array): Promise<IssuedCertificate | null>;
  now(): number;
}): Promise<IdentityGate> {
  const { log, list, isOurs, now } = parts;
  const remembered = new Map<string, Known>();
  const remember = (digest: string, issued: IssuedCertificate): Known => {
    if (remembered.size >= MOST_REMEMBERED) {
      const oldest = remembered.keys().next();
      if (oldest.done !== true) remembered.delete(oldest.value);
    }
    const { usage, device, profile, serial, notBefore, notAfter } = issued;
    const known: Known = { usage, device, profile, serial, notBefore, notAfter };
    remembered.set(digest, known);
    return known;
  };
  for (const issued of await log.newestIdentities(now(), MOST_REMEMBERED)) remember(digestOf(issued.der), issued);

  const find = async (der: Uint8Array): Promise<Known | "certificate-unknown" | "certificate-untrusted"> => {
    const digest = digestOf(der);
    const known = remembered.get(digest);
    if (known !== undefined) return known;
    const certificate = read(der);
    if (certificate === undefined) return "certificate-untrusted";
    const issued = await log.bySerial(certificate.serialNumber.toLowerCase());
    if (issued === null && isOurs(certificate)) {
      const found = (await parts.refind?.(der)) ?? null;
      return found === null ? "certificate-unknown" : remember(digest, found);
    }
    if (issued === null || Buffer.compare(issued.der, der) !== 0) {
      return isOurs(certificate) ? "certificate-unknown" : "certificate-untrusted";
    }
    return remember(digest, issued);
  };
  const judge = async ({ certificate }: Peer, graceMs: number): Promise<Admission> => {
    const refused = (code: string): Admission => ({ ok: false, code });
    const issued = await find(certificate);
    if (typeof issued === "string") return refused(issued);
    const { device, profile, serial, notBefore, notAfter } = issued;
    if (issued.usage !== "identity" || device === null || profile === null) return refused("certificate-usage");
    if (list.deniesSerial(serial)) return refused("certificate-denied");
    if (list.deniesDevice(device)) return refused("device-denied");
    if (now() > notAfter + graceMs) return refused("certificate-expired");
    if (now() + CLOCK_TOLERANCE < notBefore) return refused("certificate-not-yet-valid");
    return { ok: true, device, profile, serial, notAfter };
  };
  return { admit: (peer) => judge(peer, 0), admitToRenew: (peer) => judge(peer, LATE_RENEWAL) };
}

const digestOf = (der: Uint8Array): string => createHash("sha256").update(der).digest("base64");

function read(der: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(der);
  } catch {
    return undefined;
  }
}
