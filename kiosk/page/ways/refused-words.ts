import type { FromScreen } from "@wardkey/protocol/screen";
import type { KioskKey } from "../words.js";

/** What the page sends for somebody who comes in without a face. */
export const WAY_COMMANDS = ["enter-code", "enter-pin", "ways-phone"] as const satisfies readonly FromScreen["type"][];

/** And for somebody who breaks the glass. */
export const GLASS_COMMANDS = ["break-glass", "break-glass-badges"] as const satisfies readonly FromScreen["type"][];

const WORDS: ReadonlyMap<string, KioskKey> = new Map([
  ["way-locked", "ways.locked"],
  ["way-unreachable", "ways.unreachable"],
  ["way-crowded", "ways.crowded"],
  ["way-hurried", "ways.crowded"],
  ["way-busy", "ways.crowded"],
  ["way-refused", "ways.closed"],
  ["way-not-permitted", "ways.closed"],
  ["kiosk-cut-off", "refused.kiosk"],
  ["lease-expired", "refused.kiosk"],
  ["journal-unavailable", "refused.kiosk"],
  ["badge-weak", "ways.weak"],
  ["badge-missing", "ways.badge.again"],
  ["phone-missing", "ways.phone.again"],
  ["phone-not-near", "ways.phone.near"],
  ["phone-refused", "ways.phone.refused"],
  ["credential-invalid", "ways.phone.refused"],
  ["phone-lost", "ways.phone.lost"],
  ["too-slow", "ways.slow"],
  ["decision-stale", "ways.slow"],
  ["way-overtaken", "ways.overtaken"],
  ["session-open", "refusal.busy"],
  ["enrolment-under-way", "refusal.busy"],
]);

// Who was cut off reads the same as a wrong secret: the screen is no oracle for somebody who tries things out.
const WRONG: ReadonlySet<string> = new Set(["way-wrong", "holder-denied", "proof-differs"]);

/** The sentence for a code or a PIN that did not open. */
export function refusedKey(code: string, typed: "code" | "pin" | "phone" | "glass"): KioskKey {
  if (WRONG.has(code)) return typed === "glass" ? "glass.wrong" : `ways.wrong.${typed}`;
  if (typed === "glass" && code === "journal-unavailable") return "glass.journal";
  return WORDS.get(code) ?? "ways.other";
}
