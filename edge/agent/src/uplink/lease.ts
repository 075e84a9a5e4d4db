import { between, type Clock, type Instant, instant } from "@wardkey/protocol";
import {
  type CertificateChain,
  keyDigest,
  type ReaderStatus,
  type SiteTrust,
  sha256,
  verifyReader,
  verifyStatus,
} from "@wardkey/protocol/credential";
import type { DeviceLease } from "@wardkey/protocol/fleet";
import { bytesOf, textOf } from "./kept-credentials.js";

/** A lease whose every part was checked: what lets the kiosk work alone until it ends. */
export interface Lease {
  readonly trust: SiteTrust;
  readonly readerChain: CertificateChain;
  readonly readerSerial: string;
  readonly statusBytes: Uint8Array;
  readonly status: ReaderStatus;
  readonly denyNotice: Uint8Array | null;
  readonly table: Uint8Array;
  readonly tableDigest: string;
  readonly leaseDigest: string;
  readonly readerEndsAt: Instant;
}

export type LeaseCheck = { readonly ok: true; readonly lease: Lease } | { readonly ok: false; readonly code: string };

/** Checks a lease as a phone would: chain, usage, site, this kiosk, this key, time; and that the table is the one meant. */
export function checkLease(
  input: { trust: SiteTrust; lease: DeviceLease; table: Uint8Array; kiosk: string; publicKey: Uint8Array },
  at: Instant,
): LeaseCheck {
  const { trust, lease, table, kiosk, publicKey } = input;
  const readerChain = lease.readerChain.map(bytesOf);
  const reader = verifyReader(readerChain, trust, at);
  if (!reader.ok) return reader;
  if (reader.reader.kiosk !== kiosk || Buffer.compare(reader.reader.publicKey, publicKey) !== 0) {
    return { ok: false, code: "reader-certificate-of-another" };
  }
  const statusBytes = bytesOf(lease.status);
  const status = verifyStatus(statusBytes, trust, at);
  if (!status.ok) return status;
  if (status.status.kiosk !== kiosk) return { ok: false, code: "status-of-another" };
  if (Buffer.compare(status.status.readerKey, keyDigest(publicKey)) !== 0) {
    return { ok: false, code: "status-of-another-key" };
  }
  if (tableDigestOf(table) !== lease.tableDigest) return { ok: false, code: "table-digest-mismatch" };
  return {
    ok: true,
    lease: {
      trust,
      readerChain,
      readerSerial: reader.reader.serial,
      statusBytes,
      status: status.status,
      denyNotice: lease.denyNotice === null ? null : bytesOf(lease.denyNotice),
      table,
      tableDigest: lease.tableDigest,
      leaseDigest: lease.leaseDigest,
      readerEndsAt: reader.reader.notAfter,
    },
  };
}

export const tableDigestOf = (table: Uint8Array): string => textOf(sha256(table));

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

export const leaseEndsAt = (lease: Lease): Instant => instant(Math.min(lease.status.notAfter, lease.readerEndsAt));

/** How long this lease still lets the kiosk work; nothing or less: it has ended. */
export function leaseLeft(lease: Lease, at: Instant): number {
  return at < lease.status.notBefore - 300_000 ? 0 : between(at, leaseEndsAt(lease));
}

/** What the tap and presence need of the kiosk's identity. */
export interface KioskIdentityNow {
  readonly site: string;
  readonly trust: SiteTrust;
  readonly rootCertificate: Uint8Array;
  readonly readerChain: CertificateChain;
  readonly status: Uint8Array;
  readonly denyNotice: Uint8Array | null;
  readonly denyEpoch: number;
  readonly deniedHolders: ReadonlySet<string>;
  readonly table: Uint8Array;
  readonly leaseEndsAt: Instant;
}

export function identityNow(lease: Lease, deniedHolders: ReadonlySet<string>): KioskIdentityNow {
  return {
    site: lease.trust.site,
    trust: lease.trust,
    rootCertificate: lease.trust.rootCertificate,
    readerChain: lease.readerChain,
    status: lease.statusBytes,
    denyNotice: lease.denyNotice,
    denyEpoch: lease.status.denyEpoch,
    deniedHolders,
    table: lease.table,
    leaseEndsAt: leaseEndsAt(lease),
  };
}
