/** Crockford's base32, in which one-time codes are written: no I, L, O or U. */
export const CODE_KEYS = [..."0123456789ABCDEFGHJKMNPQRSTVWXYZ"];
export const DIGITS = [..."1234567890"];

const LOOKS_LIKE: Readonly<Record<string, string>> = { I: "1", L: "1", O: "0" };
const GROUP = 4;
/** A code has 26 letters and digits. Fewer than these are none, and more are cut off. */
export const FEWEST = 8;
const MOST = 32;
/** A card of emergency has exactly so many. */
export const CARD_LETTERS = 16;
const MOST_DIGITS = 12;
export const FEWEST_DIGITS = 6;

/** What was typed as letters of a code: look-alikes put right, dashes and anything else left out. */
export function lettersOf(typed: string): string {
  const letters = [...typed.toUpperCase()].map((letter) => LOOKS_LIKE[letter] ?? letter);
  return letters
    .filter((letter) => CODE_KEYS.includes(letter))
    .slice(0, MOST)
    .join("");
}

/** The same for the code of an emergency card. */
export const cardOf = (typed: string): string => lettersOf(typed).slice(0, CARD_LETTERS);

/** In groups of four, as the paper shows them. */
export const grouped = (letters: string): string => letters.replace(new RegExp(`(.{${GROUP}})(?=.)`, "g"), "$1-");

export const digitsOf = (typed: string): string => typed.replace(/\D/g, "").slice(0, MOST_DIGITS);
