/** Crockford's base32: no I, L, O or U, so that what is read aloud is typed right. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const GROUP = 4;

/** 128 bits as seven groups of letters and digits that one reads aloud. */
export function writeCode(bytes: Uint8Array): string {
  let bits = 0;
  let held = 0;
  let text = "";
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(held >> bits) & 31] ?? "";
      held &= (1 << bits) - 1;
    }
  }
  if (bits > 0) text += ALPHABET[(held << (5 - bits)) & 31] ?? "";
  return text.replace(new RegExp(`(.{${GROUP}})(?=.)`, "g"), "$1-");
}

/** What was typed, as it was written: case, dashes and spaces ignored, look-alikes put right; `null`: no code at all. */
export function readCode(typed: string): string | null {
  const letters = typed.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  return /^[0-9A-HJKMNP-TV-Z]{4,64}$/.test(letters) ? letters : null;
}

export type PinFault = "pin-malformed" | "pin-weak";

/** A PIN has 6 to 12 digits and is none that somebody tries first. */
export function faultOfPin(pin: string): PinFault | null {
  if (!/^\d{6,12}$/.test(pin)) return "pin-malformed";
  const digits = [...pin].map(Number);
  const steps = new Set(digits.slice(1).map((digit, at) => (digit - (digits[at] ?? 0) + 10) % 10));
  // 000000, 123456, 987654, 121212, 123123, and the years of birthdays.
  const repeats = [2, 3].some((length) => pin === pin.slice(0, length).repeat(pin.length).slice(0, pin.length));
  const halves = pin.length % 2 === 0 && pin.slice(0, pin.length / 2) === pin.slice(pin.length / 2);
  if (new Set(digits).size <= 2 || steps.size === 1 || repeats || halves) return "pin-weak";
  return null;
}

/** Badges that any shop copies: nothing but a number answers the reader. */
export const BADGE_KINDS = ["uid-only", "seos", "desfire", "piv", "fido"] as const;
export type BadgeKind = (typeof BADGE_KINDS)[number];
export const isWeakBadge = (kind: BadgeKind): boolean => kind === "uid-only";
