import type { KioskKey } from "./words.js";

const REFUSED: ReadonlyMap<string, KioskKey> = new Map([
  ["operator-code-wrong", "refusal.operator-code"],
  ["operator-code-locked", "refusal.attempts"],
  ["operator-without-right", "refusal.operator-right"],
  ["operator-other-ward", "refusal.operator-right"],
  ["operator-own-enrolment", "refusal.operator-right"],
  ["second-operator-required", "refusal.second-operator"],
  ["second-operator-same", "refusal.second-operator"],
  ["staff-record-required", "refusal.record"],
  ["name-differs", "refusal.record"],
  ["credential-active", "refusal.has-phone"],
  ["consent-missing", "refusal.consent"],
  ["staff-unknown", "refusal.person"],
  ["staff-denied", "refusal.person"],
  ["staff-left", "refusal.person"],
  ["staff-ended", "refusal.person"],
  ["staff-suspended", "refusal.person"],
  ["credential-none", "refusal.no-phone"],
  ["site-unreachable", "refusal.site"],
  ["site-answer-malformed", "refusal.site"],
  ["site-answer-too-large", "refusal.site"],
  ["enrolment-under-way", "refusal.busy"],
  ["session-open", "refusal.busy"],
  ["enrol-busy", "refusal.busy"],
  ["pin-weak", "refusal.pin"],
  ["pin-malformed", "refusal.pin"],
]);

const FAILED: ReadonlyMap<string, KioskKey> = new Map([
  ["cancelled", "failed.cancelled"],
  ["codes-differ", "failed.codes-differ"],
  ["enrolment-timeout", "failed.expired"],
  ["offer-expired", "failed.expired"],
  ["enrol-timeout", "failed.quality"],
  ["pin-weak", "failed.pin"],
  ["pin-malformed", "failed.pin"],
  ["phone-not-seen", "failed.phone-not-seen"],
  ["phone-lost", "failed.phone-lost"],
  ["peer-closed", "failed.phone-lost"],
  ["link-closed", "failed.phone-lost"],
  ["camera-unavailable", "failed.camera"],
  ["camera-gone", "failed.camera"],
  ["camera-silent", "failed.camera"],
  ["camera-frozen", "failed.camera"],
  ["camera-injected", "failed.camera"],
  ["camera-dark", "failed.camera"],
  ["camera-denied", "failed.camera"],
  ["vision-unavailable", "failed.camera"],
  ["site-unreachable", "failed.site"],
  ["site-answer-malformed", "failed.site"],
  ["site-answer-too-large", "failed.site"],
]);

/** The sentence for a command that the agent refused; a code without words of its own is shown as it is. */
export const refusalKey = (code: string): KioskKey => REFUSED.get(code) ?? "refusal.other";

/** The sentence for an enrolment that stopped. */
export const failedKey = (code: string): KioskKey => FAILED.get(code) ?? "failed.other";
