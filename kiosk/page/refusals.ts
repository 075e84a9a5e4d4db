import type { KioskKey } from "./words.js";

const WORDS: ReadonlyMap<string, KioskKey> = new Map([
  ["operator-code-wrong", "refusal.operator-code"],
  ["operator-code-locked", "refusal.attempts"],
  ["site-unreachable", "refusal.site"],
  ["site-unavailable", "refusal.site"],
  ["not-locked", "refusal.busy"],
  ["busy", "refusal.busy"],
  ["enrolment-busy", "refusal.busy"],
  ["phone-out-of-reach", "refusal.stay"],
  ["heartbeat-lost", "refusal.stay"],
]);

const FAILED: ReadonlyMap<string, KioskKey> = new Map([
  ["codes-differ", "failed.codes-differ"],
  ["code-mismatch", "failed.codes-differ"],
  ["expired", "failed.expired"],
  ["offer-expired", "failed.expired"],
  ["enrolment-expired", "failed.expired"],
  ["timed-out", "failed.expired"],
  ["phone-lost", "failed.phone-lost"],
  ["link-lost", "failed.phone-lost"],
  ["quality", "failed.quality"],
  ["face-quality", "failed.quality"],
  ["capture-timed-out", "failed.quality"],
  ["site-unreachable", "failed.site"],
  ["site-unavailable", "failed.site"],
  ["cancelled", "failed.cancelled"],
]);

/** The sentence for a command that the agent refused; a code without words of its own is shown as it is. */
export const refusalKey = (code: string): KioskKey => WORDS.get(code) ?? "refusal.other";

/** The sentence for an enrolment that stopped. */
export const failedKey = (code: string): KioskKey => FAILED.get(code) ?? "failed.other";
