import { crlBody, type RevokedSerial } from "../domain/crl-body.js";
import { CLOCK_TOLERANCE, CRL_LIFE } from "../domain/lifetimes.js";
import type { CertificateAuthority, IssueLog } from "./certificates.js";
import type { Denials } from "./denials.js";

/** A list is signed anew after this, so that its own dates stay fresh. */
const REFRESHED_AFTER = CRL_LIFE / 4;

/**
 * The revocation list of one authority (RFC 5280 5): every certificate that it issued, that has not ended, and that is
 * denied by its serial or with its device. Signed anew when something was denied, else each quarter of its life.
 */
export function createRevocationLists(parts: {
  denials: Denials;
  log: Pick<IssueLog, "living" | "issuersOf">;
  now(): number;
}): (authority: CertificateAuthority) => Promise<Uint8Array> {
  const { denials, log, now } = parts;
  const made = new Map<string, { epoch: number; at: number; list: Uint8Array }>();

  const revoked = async (authority: CertificateAuthority): Promise<RevokedSerial[]> => {
    const at = now();
    const serials = new Map(denials.list.serials().map((one) => [one.whom, one.at]));
    const known = await log.issuersOf([...serials.keys()]);
    const found = new Map<string, number>();
    for (const [serial, deniedAt] of serials) {
      const issued = known.get(serial);
      if (issued?.issuer === authority.id && issued.notAfter >= at) found.set(serial, deniedAt);
    }
    const devices = new Map(denials.list.devices().map((one) => [one.whom, one.at]));
    for (const { serial, device, issuer } of await log.living([...devices.keys()], at)) {
      if (issuer === authority.id && !found.has(serial)) found.set(serial, devices.get(device) ?? at);
    }
    return [...found].map(([serial, deniedAt]) => ({ serial, at: deniedAt }));
  };

  return async (authority) => {
    const { epoch } = denials.list;
    const last = made.get(authority.id);
    const at = now();
    if (last !== undefined && last.epoch === epoch && at >= last.at && at - last.at < REFRESHED_AFTER) return last.list;
    const entries = await revoked(authority);
    const list = authority.sign((issuer) =>
      crlBody({
        issuer,
        number: epoch,
        thisUpdate: at - CLOCK_TOLERANCE,
        nextUpdate: at + CRL_LIFE,
        revoked: entries,
      }),
    );
    made.set(authority.id, { epoch, at, list });
    return list;
  };
}
