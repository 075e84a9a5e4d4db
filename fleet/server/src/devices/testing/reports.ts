import type { DesiredBody, ReportedBody } from "@wardkey/protocol/fleet";

export const NOON = Date.UTC(2026, 10, 22, 12);
const HOUR = 3_600_000;
const digest = (letter: string): string => letter.repeat(43);

/** A kiosk to which nothing is the matter. */
export const healthyReport = (changes: Partial<ReportedBody> = {}): ReportedBody => ({
  state: "locked",
  profile: "production",
  version: "0.1.0",
  camera: "ok",
  policy: { version: 4, digest: digest("p") },
  tableDigest: digest("t"),
  denyEpoch: 2,
  leaseEndsAt: NOON + 20 * HOUR,
  certificateExpiresAt: NOON + 18 * HOUR,
  readerExpiresAt: NOON + 20 * 24 * HOUR,
  journalSeq: 100,
  outbox: 0,
  clockOffsetMs: 40,
  ...changes,
});

export const wanted = (changes: Partial<DesiredBody> = {}): DesiredBody => ({
  policy: { version: 4, digest: digest("p") },
  tableDigest: digest("t"),
  denyEpoch: 2,
  status: "active",
  leaseDigest: digest("l"),
  ...changes,
});

export const uuid = (last: number): string => `01a3a0c0-0000-7000-8000-${last.toString().padStart(12, "0")}`;

/** What a device sends under `up/`. */
export const envelope = (kind: string, body: unknown, at = NOON): Uint8Array =>
  Buffer.from(JSON.stringify({ v: 1, id: uuid(1), at, kind, body }));
