import type { Device } from "./device.js";
import { type Difference, difference, type Shadow } from "./shadow.js";

export const HEALTH_CODES = [
  "never-seen",
  "offline",
  "denied",
  "quarantined",
  "retired",
  "policy-lag",
  "table-lag",
  "deny-lag",
  "status-lag",
  "certificate-expired",
  "certificate-expiring",
  "reader-expiring",
  "lease-ended",
  "lease-ending",
  "journal-behind",
  "clock-off",
  "camera-down",
  "camera-degraded",
  "degraded",
  "session-regressed",
] as const;
export type HealthCode = (typeof HEALTH_CODES)[number];
export type Severity = "critical" | "warning" | "note";

export interface Finding {
  readonly code: HealthCode;
  readonly severity: Severity;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A device takes a moment to follow; what is younger than this is work under way. */
const LAG_GRACE = 30 * SECOND;
/** An identity lives 24 h and is renewed at half its life: with a quarter left, renewal has failed for long. */
const IDENTITY_WARNING = 6 * HOUR;
/** A reader certificate lives 30 days and is renewed at half. */
const READER_WARNING = 7 * DAY;
const LEASE_WARNING = 4 * HOUR;
/** Entries that wait on the device: a shift makes some hundreds. */
const OUTBOX_WARNING = 200;
const CLOCK_WARNING = 60 * SECOND;
/** Beyond this a device's certificates and lease look invalid to it. */
const CLOCK_CRITICAL = HOUR;

const LAGS: Readonly<Record<Difference, HealthCode>> = {
  policy: "policy-lag",
  table: "table-lag",
  "deny-list": "deny-lag",
  status: "status-lag",
};

/** What is wrong with a device at `now`, worst first; an empty list is a healthy device. */
export function healthOf(device: Pick<Device, "state">, shadow: Shadow, now: number): Finding[] {
  const found: Finding[] = [];
  const note = (severity: Severity, code: HealthCode): void => {
    found.push({ code, severity });
  };
  switch (device.state) {
    case "retired":
      return [{ code: "retired", severity: "note" }];
    case "denied":
      return [{ code: "denied", severity: "critical" }];
    case "quarantined":
      note("critical", "quarantined");
      break;
    case "awaiting":
      return [{ code: "never-seen", severity: "note" }];
    case "enrolled":
      break;
  }
  if (shadow.seenAt === null) note("warning", "never-seen");
  else if (!shadow.online) note("critical", "offline");
  if (shadow.regressedAt !== null) note("critical", "session-regressed");
  if (shadow.desiredAt !== null && now - shadow.desiredAt >= LAG_GRACE) {
    for (const behind of difference(shadow)) note(behind === "deny-list" ? "critical" : "warning", LAGS[behind]);
  }
  const { reported } = shadow;
  if (reported !== null) judgeReport(reported, now, note);
  return found.sort((a, b) => RANK[a.severity] - RANK[b.severity] || order(a.code) - order(b.code));
}

function judgeReport(
  reported: NonNullable<Shadow["reported"]>,
  now: number,
  note: (severity: Severity, code: HealthCode) => void,
): void {
  if (reported.certificateExpiresAt <= now) note("critical", "certificate-expired");
  else if (reported.certificateExpiresAt - now < IDENTITY_WARNING) note("warning", "certificate-expiring");
  if (reported.readerExpiresAt !== null && reported.readerExpiresAt - now < READER_WARNING) {
    note("warning", "reader-expiring");
  }
  if (reported.leaseEndsAt !== null) {
    if (reported.leaseEndsAt <= now) note("critical", "lease-ended");
    else if (reported.leaseEndsAt - now < LEASE_WARNING) note("warning", "lease-ending");
  }
  if (reported.outbox > OUTBOX_WARNING) note("warning", "journal-behind");
  const off = Math.abs(reported.clockOffsetMs ?? 0);
  if (off > CLOCK_WARNING) note(off > CLOCK_CRITICAL ? "critical" : "warning", "clock-off");
  if (reported.camera === "down") note("critical", "camera-down");
  if (reported.camera === "degraded") note("warning", "camera-degraded");
  if (reported.state === "degraded") note("warning", "degraded");
}

const RANK: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, note: 2 };
const order = (code: HealthCode): number => HEALTH_CODES.indexOf(code);
