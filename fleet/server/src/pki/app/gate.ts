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

/** Enough for each device's last and next identity at the largest site; what is forgotten is looked up again. */
const MOST_REMEMBERED = 20_000;

/**
 * Judges client certificates by the issue log: what is there byte for byte was signed by this site, so that no signature
 * is checked again. Nothing of the judgement is remembered, only whose certificate it is: a denial holds at once.
 */
export function createIdentityGate(parts: {
  log: Pick<IssueLog, "bySerial">;
  list: DenyList;
  /** Whether an authority of this site signed it: parts an unknown certificate from a foreign one. */
  isOurs(certificate: X509Certificate): boolean;
  now(): number;
}): IdentityGate {
  const { log, list, isOurs, now } = parts;
  const remembered = new Map<string, IssuedCertificate>();

  const find = async (
    der: Uint8Array,
  ): Promise<IssuedCertificate | "certificate-unknown" | "certificate-untrusted"> => {
    const digest = createHash("sha256").update(der).digest("base64");
    const known = remembered.get(digest);
    if (known !== undefined) return known;
    const certificate = read(der);
    if (certificate === undefined) return "certificate-untrusted";
    const issued = await log.bySerial(certificate.serialNumber.toLowerCase());
    if (issued === null || Buffer.compare(issued.der, der) !== 0) {
      return isOurs(certificate) ? "certificate-unknown" : "certificate-untrusted";
    }
    if (remembered.size >= MOST_REMEMBERED) {
      const oldest = remembered.keys().next();
      if (oldest.done !== true) remembered.delete(oldest.value);
    }
    remembered.set(digest, issued);
    return issued;
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

function read(der: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(der);
  } catch {
    return undefined;
  }
}
