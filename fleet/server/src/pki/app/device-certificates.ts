import { X509Certificate } from "node:crypto";
import type { DenyList } from "../domain/denials.js";
import type { CertificateUsage, IssuedCertificate, IssueLog } from "./certificates.js";

export const CERTIFICATE_STATES = ["in-force", "not-yet", "ended", "denied"] as const;
export type CertificateState = (typeof CERTIFICATE_STATES)[number];

/** A certificate as people read it (RFC 5280). */
export interface DeviceCertificate {
  /** Lower-case hexadecimal. */
  readonly serial: string;
  readonly usage: CertificateUsage;
  /** Distinguished names, one attribute after the other: `CN=bed-7, O=St Mary`. */
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: number;
  readonly notAfter: number;
  /** SHA-256 of its DER, lower-case hexadecimal. */
  readonly fingerprint: string;
  /** `EC P-256`. */
  readonly keyType: string;
  /** What the gate says of it now; one that is denied stays so after its end. */
  readonly state: CertificateState;
}

export interface CertificatePage {
  readonly total: number;
  /** The newest first. */
  readonly certificates: readonly DeviceCertificate[];
}

/** Every certificate that a device ever had, page by page: it renews a few times a day, for years. */
export function createDeviceCertificates(parts: {
  log: Pick<IssueLog, "pageOfDevice">;
  list: Pick<DenyList, "deniesDevice" | "deniesSerial">;
  now(): number;
}): (device: string, page: { limit: number; from: number }) => Promise<CertificatePage> {
  const { log, list, now } = parts;
  const stateOf = ({ serial, device, notBefore, notAfter }: IssuedCertificate): CertificateState => {
    if (list.deniesSerial(serial) || (device !== null && list.deniesDevice(device))) return "denied";
    if (now() > notAfter) return "ended";
    return now() < notBefore ? "not-yet" : "in-force";
  };
  return async (device, page) => {
    const { total, certificates } = await log.pageOfDevice(device, page);
    const shown = certificates.map((issued): DeviceCertificate => {
      const { serial, usage, notBefore, notAfter } = issued;
      const read = new X509Certificate(issued.der);
      return {
        ...{ serial, usage, notBefore, notAfter, state: stateOf(issued) },
        ...{ subject: nameOf(read.subject), issuer: nameOf(read.issuer) },
        fingerprint: read.fingerprint256.replaceAll(":", "").toLowerCase(),
        keyType: keyTypeOf(read),
      };
    });
    return { total, certificates: shown };
  };
}

/** Node writes an attribute a line. */
const nameOf = (lines: string): string => lines.split("\n").join(", ");

/** Names of RFC 5480 for what OpenSSL calls otherwise. */
const CURVES: Readonly<Partial<Record<string, string>>> = { prime256v1: "P-256", secp384r1: "P-384" };

function keyTypeOf({ publicKey }: X509Certificate): string {
  const { asymmetricKeyType = "", asymmetricKeyDetails: { namedCurve = "" } = {} } = publicKey;
  return [asymmetricKeyType.toUpperCase(), CURVES[namedCurve] ?? namedCurve].filter((part) => part !== "").join(" ");
}
