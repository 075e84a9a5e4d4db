import type { PhoneKey } from "./words.js";

const EXACT: ReadonlyMap<string, PhoneKey> = new Map(
  Object.entries({
    "offer-malformed": "code.offer-malformed",
    "offer-expired": "code.offer-expired",
    "root-not-trusted": "code.root-not-trusted",
    "offer-root": "code.offer-root",
    "offer-kiosk": "code.offer-kiosk",
    "peer-closed": "code.peer-closed",
    "link-closed": "code.link-closed",
    "too-slow": "code.too-slow",
    "handshake-too-slow": "code.too-slow",
    "frame-too-slow": "code.too-slow",
    "kiosk-denied": "code.kiosk-denied",
    "reader-signature": "code.certificate",
    "phone-locked": "code.phone-locked",
    "phone-still": "code.phone-still",
    "consent-denied": "code.consent-denied",
    "consent-no-answer": "code.consent-no-answer",
    "room-unavailable": "code.room-unavailable",
    "prompt-gone": "code.prompt-gone",
    "too-many-messages": "code.broken",
  } satisfies Record<string, PhoneKey>),
);

const BY_FAMILY: ReadonlyArray<readonly [prefix: string, key: PhoneKey]> = [
  ["certificate-", "code.certificate"],
  ["root-", "code.certificate"],
  ["status-", "code.status"],
  ["quota-", "code.quota"],
  ["message-", "code.broken"],
  ["frame-", "code.broken"],
  ["vault-", "code.vault"],
];

/** The sentence for a stable code; the one place that maps codes to words. */
export function wordsOfCode(code: string): PhoneKey {
  return EXACT.get(code) ?? BY_FAMILY.find(([prefix]) => code.startsWith(prefix))?.[1] ?? "code.other";
}
