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

/** Badges that any shop copies: nothing but a number answers the reader. */
export const BADGE_KINDS = ["uid-only", "seos", "desfire", "piv", "fido"] as const;
export type BadgeKind = (typeof BADGE_KINDS)[number];
export const isWeakBadge = (kind: BadgeKind): boolean => kind === "uid-only";
