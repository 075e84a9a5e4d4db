import type { CertificateProfile } from "@wardkey/protocol/fleet";
import { certsOnly } from "@wardkey/protocol/fleet/est";
import type { PeerCertificate } from "../../platform/broker/port.js";
import { keyOfRequest, type ProvesPossession } from "../domain/csr.js";
import { csrAttributes } from "../domain/csr-attributes.js";
import { IDENTITY_PROFILES, type IdentityProfile, mayRead, rulesOf } from "../domain/profiles.js";
import type { IssuedCertificate, IssueLog, Ticket } from "./certificates.js";
import type { Denials } from "./denials.js";
import type { IdentityGate } from "./gate.js";
import type { Issuance } from "./issuance.js";
import type { Tickets } from "./tickets.js";

/** Codes: those of requests, tokens and the gate; `token-used`, `device-unknown`, `profile-refused`, `certificate-missing`. */
export type EstOutcome =
  | { readonly ok: true; readonly certificate: Uint8Array }
  | { readonly ok: false; readonly code: string; readonly retryAfterMs?: number };
type Peer = Pick<PeerCertificate, "certificate"> | null;

/** Enrolment over Secure Transport (RFC 7030), without its HTTP. */
export interface Est {
  /** PKCS#7 certs-only, DER. */
  cacerts(): Uint8Array;
  /** The answer that carries a certificate: the certificate alone (RFC 7030 4.2.3), DER. */
  certificate(der: Uint8Array): Uint8Array;
  /** DER of CsrAttrs. */
  csrattrs(): Uint8Array;
  /**
   * A device's first identity. The same ticket with the same key answers the same certificate again until the ticket
   * ends, because the first answer may have been lost.
   */
  enrol(asked: { device: string; token: string; profile: IdentityProfile; request: Uint8Array }): Promise<EstOutcome>;
  /** The device's next identity, with its present one or with one that ran out for at most 30 days. */
  renew(asked: { peer: Peer; profile: IdentityProfile; request: Uint8Array }): Promise<EstOutcome>;
  /** A reader certificate for a device that has its identity; name and ward are the registry's. */
  enrolReader(asked: { peer: Peer; request: Uint8Array }): Promise<EstOutcome>;
}

export function createEst(parts: {
  site: string;
  tickets: Tickets;
  gate: IdentityGate;
  issuance: Issuance;
  denials: Denials;
  log: Pick<IssueLog, "bySerial" | "ticket">;
  authorities(): readonly Uint8Array[];
  /** 0, or the milliseconds until this device may have another certificate: each is a row in the issue log for ever. */
  mayHaveMore(device: string): number;
  named(device: string): Promise<{ name: string; ward: string } | null>;
  proves: ProvesPossession;
  digest(publicKey: Uint8Array): string;
}): Est {
  const { site, tickets, gate, issuance, denials } = parts;
  const keyOf = (request: Uint8Array, device: string, profile: CertificateProfile): ReturnType<typeof keyOfRequest> => {
    const uri = rulesOf(profile).uri(site, device);
    return keyOfRequest(request, { site, device, profile, uri }, parts.proves);
  };
  const refused = (code: string): EstOutcome => ({ ok: false, code });

  const tooMany = (device: string): EstOutcome | null => {
    const retryAfterMs = parts.mayHaveMore(device);
    return retryAfterMs === 0 ? null : { ok: false, code: "rate-limited", retryAfterMs };
  };

  const spentBefore = async (ticket: Ticket, publicKey: Uint8Array): Promise<EstOutcome> => {
    if (ticket.spent?.keyDigest !== parts.digest(publicKey)) return refused("token-used");
    const issued = await parts.log.bySerial(ticket.spent.serial);
    if (issued === null || denials.list.deniesSerial(issued.serial)) return refused("token-used");
    return { ok: true, certificate: issued.der };
  };

  /**
   * A certificate asked for with another leaves only when that one is still not denied after it was recorded, at any
   * server of the site: else who was cut off a moment ago would hold one that no denial names.
   */
  const confirmed = async (callersSerial: string, issued: IssuedCertificate | null): Promise<EstOutcome> => {
    if (issued === null) return refused("token-used");
    await denials.refresh();
    if (!denials.list.deniesSerial(callersSerial)) return { ok: true, certificate: issued.der };
    await denials.deny({ serial: issued.serial });
    return refused("certificate-denied");
  };

  return {
    cacerts: () => certsOnly(parts.authorities()),
    certificate: (der) => certsOnly([der]),
    csrattrs: csrAttributes,
    async enrol({ device, token, profile, request }) {
      const presented = await tickets.present({ token, device, profile });
      if (!presented.ok) return presented;
      const key = keyOf(request, device, profile);
      if (!key.ok) return key;
      if (denials.list.deniesDevice(device)) return refused("device-denied");
      const { ticket } = presented;
      if (ticket.spent !== null) return spentBefore(ticket, key.publicKey);
      const { publicKey } = key;
      const later = tooMany(device);
      if (later !== null) return later;
      const issued = await issuance.identity({ device, profile, publicKey, ticketDigest: ticket.tokenDigest });
      if (issued !== null) return { ok: true, certificate: issued.der };
      // Spent between the two: by this device's own second try, or by somebody else.
      const spent = await parts.log.ticket(ticket.tokenDigest);
      return spent === null ? refused("token-refused") : spentBefore(spent, publicKey);
    },
    async renew({ peer, profile, request }) {
      if (peer === null) return refused("certificate-missing");
      const caller = await gate.admitToRenew(peer);
      if (!caller.ok) return caller;
      const { device } = caller;
      if (caller.profile !== profile) return refused("profile-refused");
      const key = keyOf(request, device, profile);
      if (!key.ok) return key;
      const later = tooMany(device);
      if (later !== null) return later;
      return confirmed(caller.serial, await issuance.identity({ device, profile, publicKey: key.publicKey }));
    },
    async enrolReader({ peer, request }) {
      if (peer === null) return refused("certificate-missing");
      const caller = await gate.admit(peer);
      if (!caller.ok) return caller;
      const { device } = caller;
      if (!mayReadAs(caller.profile)) return refused("profile-refused");
      const key = keyOf(request, device, "reader");
      if (!key.ok) return key;
      const named = await parts.named(device);
      if (named === null) return refused("device-unknown");
      const later = tooMany(device);
      if (later !== null) return later;
      return confirmed(caller.serial, await issuance.reader({ kiosk: device, ...named, publicKey: key.publicKey }));
    },
  };
}

const mayReadAs = (profile: string): boolean => IDENTITY_PROFILES.some((known) => known === profile && mayRead(known));
