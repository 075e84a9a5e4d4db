import type { TapRefused } from "./ports.js";

const TOO_SLOW = new Set([
  "connect-timeout",
  "services-timeout",
  "m1-timeout",
  "m3-timeout",
  "write-timeout",
  "subscribe-timeout",
  "too-slow",
  "frame-too-slow",
  "aborted",
  "offer-expired",
]);
const LEASE = new Set(["lease-missing", "root-malformed", "root-expired"]);
const LOST = new Set([
  "phone-lost",
  "phone-not-seen",
  "connect-failed",
  "link-closed",
  "radio-down",
  "closed",
  "service-missing",
]);
const REFUSED = new Set(["peer-closed", "codes-differ", "phone-refused"]);

/** In which of the screen's few words a tap's code is told. What is none of the others is a phone that proved itself wrong. */
export function refusalReason(code: string): TapRefused["reason"] {
  if (TOO_SLOW.has(code)) return "too-slow";
  if (LEASE.has(code)) return "lease-expired";
  if (LOST.has(code)) return "phone-lost";
  return REFUSED.has(code) ? "phone-refused" : "credential-invalid";
}
