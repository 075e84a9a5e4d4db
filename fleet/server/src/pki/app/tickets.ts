import type { Duration } from "@wardkey/protocol";
import type { Checked } from "@wardkey/protocol/credential";
import type { EnrolmentTicket } from "@wardkey/protocol/fleet";
import { LATE_RENEWAL } from "../domain/lifetimes.js";
import type { IdentityProfile } from "../domain/profiles.js";
import type { IssuedCertificate, IssueLog, Ticket } from "./certificates.js";
import type { Denials } from "./denials.js";

export type TicketCode = "device-denied" | "device-enrolled" | "device-unknown";
export type TokenCode = "token-refused" | "token-expired" | "token-other-device";

export interface TicketRequest {
  readonly device: string;
  readonly profile: IdentityProfile;
  readonly ttl: Duration;
  /** Denies every certificate that the device has, and lifts the denial of its name: another machine takes its place. */
  readonly replace?: boolean;
}

export interface Tickets {
  /**
   * A one-time token for one device and profile, in place of an earlier one not spent. Refuses with `device-unknown`, and
   * without `replace` with `device-denied` or `device-enrolled`.
   */
  issue(request: TicketRequest): Promise<Checked<{ ticket: EnrolmentTicket }, TicketCode>>;
  /** The ticket that a token stands for; spending it is the issue log's. */
  present(shown: { token: string; device: string; profile: string }): Promise<Checked<{ ticket: Ticket }, TokenCode>>;
}

export function createTickets(parts: {
  site: string;
  log: IssueLog;
  denials: Denials;
  rootDigest(): string;
  deviceUrl(): string;
  knows(device: string): Promise<boolean>;
  newToken(): string;
  /** SHA-256, base64url. */
  digest(token: string): string;
  now(): number;
}): Tickets {
  const { log, denials, now } = parts;
  /** A certificate with which the device could still come, be it to renew alone. */
  const hasIdentity = async (device: string): Promise<boolean> => {
    const mayCome = ({ usage, notAfter, serial }: IssuedCertificate): boolean =>
      usage === "identity" && notAfter + LATE_RENEWAL > now() && !denials.list.deniesSerial(serial);
    return (await log.ofDevice(device)).some(mayCome);
  };
  return {
    async issue({ device, profile, ttl, replace = false }) {
      if (!(await parts.knows(device))) return { ok: false, code: "device-unknown" };
      if (replace) {
        await denials.denyCertificates(device);
        await denials.readmitDevice(device);
      }
      if (denials.list.deniesDevice(device)) return { ok: false, code: "device-denied" };
      if (await hasIdentity(device)) return { ok: false, code: "device-enrolled" };
      const token = parts.newToken();
      const issuedAt = now();
      const expiresAt = issuedAt + ttl;
      await log.addTicket({ tokenDigest: parts.digest(token), device, profile, issuedAt, expiresAt, spent: null });
      const { site } = parts;
      const rootDigest = parts.rootDigest();
      return {
        ok: true,
        ticket: { v: 1, site, device, profile, token, rootDigest, deviceUrl: parts.deviceUrl(), expiresAt },
      };
    },
    async present({ token, device, profile }) {
      const ticket = await log.ticket(parts.digest(token));
      if (ticket === null) return { ok: false, code: "token-refused" };
      if (ticket.device !== device || ticket.profile !== profile) return { ok: false, code: "token-other-device" };
      if (now() > ticket.expiresAt) return { ok: false, code: "token-expired" };
      return { ok: true, ticket };
    },
  };
}
