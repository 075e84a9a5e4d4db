import { between, type Clock, type Instant, instant } from "@wardkey/protocol";
import {
  createSiteTrust,
  type ReaderStatus,
  type SiteTrust,
  verifyReader,
  verifyStatus,
} from "@wardkey/protocol/credential";
import type { KioskIdentity, KioskLease } from "@wardkey/protocol/fleet";

/** A lease whose every part was checked: what lets the kiosk work alone until it ends. */
export interface Lease {
  readonly trust: SiteTrust;
  readonly readerCertificate: Uint8Array;
  readonly statusBytes: Uint8Array;
  readonly status: ReaderStatus;
  readonly denyNotice: Uint8Array | null;
  readonly table: Uint8Array;
  readonly readerEndsAt: Instant;
}

export type LeaseCheck = { readonly ok: true; readonly lease: Lease } | { readonly ok: false; readonly code: string };

export const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64url"));

/** Checks a lease as a phone would: chain, usage, site, this kiosk, this key, time. */
export function checkLease(
  input: { identity: KioskIdentity; lease: KioskLease; kiosk: string; publicKey: Uint8Array },
  at: Instant,
): LeaseCheck {
  const { identity, lease, kiosk, publicKey } = input;
  const site = createSiteTrust({ site: identity.site, rootCertificate: bytesOf(identity.rootCertificate) });
  if (!site.ok) return site;
  const readerCertificate = bytesOf(lease.readerCertificate);
  const reader = verifyReader(readerCertificate, site.trust, at);
  if (!reader.ok) return reader;
  if (reader.reader.kiosk !== kiosk || Buffer.compare(reader.reader.publicKey, publicKey) !== 0) {
    return { ok: false, code: "reader-certificate-of-another" };
  }
  const statusBytes = bytesOf(lease.status);
  const status = verifyStatus(statusBytes, site.trust, at);
  if (!status.ok) return status;
  if (status.status.kiosk !== kiosk) return { ok: false, code: "status-of-another" };
  return {
    ok: true,
    lease: {
      trust: site.trust,
      readerCertificate,
      statusBytes,
      status: status.status,
      denyNotice: lease.denyNotice === null ? null : bytesOf(lease.denyNotice),
      table: bytesOf(lease.table),
      readerEndsAt: reader.reader.notAfter,
    },
  };
}

/**
 * Time that never goes back: the wall clock, but at least the highest time ever seen (persisted) and at least what the
 * monotonic clock says has passed since. A clock turned back extends nothing.
 */
export class SteadyTime {
  readonly #clock: Clock;
  #mark: { readonly at: Instant; readonly monotonic: number };

  constructor(clock: Clock, highest: Instant) {
    this.#clock = clock;
    this.#mark = { at: instant(Math.max(highest, clock.now())), monotonic: clock.monotonic() };
  }

  now(): Instant {
    const passed = Math.max(0, this.#clock.monotonic() - this.#mark.monotonic);
    const at = instant(Math.max(this.#clock.now(), this.#mark.at + passed));
    this.#mark = { at, monotonic: this.#clock.monotonic() };
    return at;
  }
}

/** How long this lease still lets the kiosk work; nothing or less: it has ended. */
export function leaseLeft(lease: Lease, at: Instant): number {
  const endsAt = instant(Math.min(lease.status.notAfter, lease.readerEndsAt));
  return at < lease.status.notBefore - 300_000 ? 0 : between(at, endsAt);
}

/** What the tap and presence need of the kiosk's identity. */
export interface KioskIdentityNow {
  readonly site: string;
  readonly rootCertificate: Uint8Array;
  readonly readerCertificate: Uint8Array;
  readonly status: Uint8Array;
  readonly denyNotice: Uint8Array | null;
  readonly denyEpoch: number;
  readonly table: Uint8Array;
  readonly leaseEndsAt: Instant;
}

export function identityNow(lease: Lease): KioskIdentityNow {
  return {
    site: lease.trust.site,
    rootCertificate: lease.trust.rootCertificate,
    readerCertificate: lease.readerCertificate,
    status: lease.statusBytes,
    denyNotice: lease.denyNotice,
    denyEpoch: lease.status.denyEpoch,
    table: lease.table,
    leaseEndsAt: lease.status.notAfter,
  };
}
