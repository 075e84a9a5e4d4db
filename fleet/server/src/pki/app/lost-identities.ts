import { type Instant, instant } from "@wardkey/protocol";
import { type CertificateChain, parseCertificate, type SiteTrust, verifyDevice } from "@wardkey/protocol/credential";
import { CLOCK_TOLERANCE } from "../domain/lifetimes.js";
import { IDENTITY_PROFILES } from "../domain/profiles.js";
import type { IssuedCertificate, IssueLog } from "./certificates.js";

/**
 * Finds again an identity that this site issued and forgot, because it was restored from a backup made before. Without
 * it every device that renewed since the backup would need a ticket carried to it. It must verify down to the site's
 * root, have been made in the time that was lost, and be of a device that the registry knows and that has no identity
 * from after the restore, nor was denied and let in again since: who replaces a stolen device again shuts out at once
 * what that one was given in between.
 */
export function createLostIdentities(parts: {
  lost(): readonly { readonly from: number; readonly to: number }[];
  chainOf(leaf: Uint8Array): CertificateChain;
  trust(): SiteTrust;
  knows(device: string): Promise<boolean>;
  log: Pick<IssueLog, "newest" | "record">;
  /** When the device was last taken off the deny-list; `null`: never. */
  readmittedAt(device: string): number | null;
  digest(publicKey: Uint8Array): string;
  /** Identifier of the authority that signed it. */
  issuerOf(der: Uint8Array): string | null;
}): (der: Uint8Array) => Promise<IssuedCertificate | null> {
  const { lost, log } = parts;
  const finding = new Map<string, Promise<IssuedCertificate | null>>();
  const find = async (der: Uint8Array): Promise<IssuedCertificate | null> => {
    const notBefore = parseCertificate(der)?.notBefore;
    if (notBefore === undefined) return null;
    // Every certificate begins a little before it is issued.
    const issuedAt = notBefore + CLOCK_TOLERANCE;
    const window = lost().find(
      ({ from, to }) => issuedAt >= from - CLOCK_TOLERANCE && issuedAt <= to + CLOCK_TOLERANCE,
    );
    if (window === undefined) return null;
    const at: Instant = instant(issuedAt);
    const checked = verifyDevice(parts.chainOf(der), parts.trust(), at);
    const issuer = parts.issuerOf(der);
    if (!checked.ok || issuer === null) return null;
    const { device, serial, publicKey, notAfter } = checked.device;
    const profile = IDENTITY_PROFILES.find((each) => each === checked.device.profile);
    if (profile === undefined || !(await parts.knows(device))) return null;
    const newest = await log.newest(device, "identity");
    if (newest !== null && newest.issuedAt > window.to) return null;
    if ((parts.readmittedAt(device) ?? 0) > window.to) return null;
    const found: IssuedCertificate = {
      ...{ serial, der, issuer, usage: "identity", subject: device, device, profile, notBefore, notAfter, issuedAt },
      keyDigest: parts.digest(publicKey),
    };
    await log.record(found);
    return found;
  };
  return async (der) => {
    if (lost().length === 0) return null;
    // A device comes over HTTPS and MQTT at once: its certificate enters the log once.
    const key = Buffer.from(der).toString("base64");
    const found = finding.get(key) ?? find(der).finally(() => finding.delete(key));
    finding.set(key, found);
    return found;
  };
}
