import { bytesOf, type Frames, hexOf } from "./bytes.js";
import { allHold } from "./conditions.js";
import type { BadgeReaderProfile, BadgeTechnology, Part } from "./schema.js";

/** As the fleet knows badges: 4 to 32 bytes. */
const LEAST_BYTES = 4;
const MOST_BYTES = 32;

export type BadgeFound =
  | { readonly found: "badge"; readonly kind: BadgeTechnology; readonly uid: string }
  /** No badge, or nothing about badges. */
  | { readonly found: "nothing" }
  /** Something is there, and what was read of it does not hold together. */
  | { readonly found: "damaged" };

/** Which badge a reader's answers speak of, by its profile. Refuses what it does not understand; never guesses. */
export function findBadge({ badge }: Pick<BadgeReaderProfile, "badge">, frames: Frames): BadgeFound {
  if (!allHold(badge.present, frames)) return { found: "nothing" };
  if (!allHold(badge.sound, frames)) return { found: "damaged" };
  const parts = badge.identifier.map((part) => cut(part, frames));
  if (parts.some((part) => part === null)) return { found: "damaged" };
  const uid = parts.map((part) => hexOf(part ?? new Uint8Array())).join("");
  const size = uid.length / 2;
  if (size < LEAST_BYTES || size > MOST_BYTES) return { found: "damaged" };
  return { found: "badge", kind: badge.technology, uid };
}

function cut({ of, at, length, reversed = false }: Part, frames: Frames): Uint8Array | null {
  const frame = frames[of];
  const size = frame === undefined ? null : sizeOf(length, frame.subarray(at), frames);
  if (frame === undefined || size === null || size === 0 || at + size > frame.length) return null;
  const bytes = frame.slice(at, at + size);
  return reversed ? bytes.reverse() : bytes;
}

function sizeOf(length: Part["length"], rest: Uint8Array, frames: Frames): number | null {
  if (typeof length === "number") return length;
  if ("until" in length) {
    const ends = new Set(length.until.map((byte) => bytesOf(byte)[0]));
    const end = rest.findIndex((byte) => ends.has(byte));
    return end < 0 || end > length.most ? null : end;
  }
  const said = frames[length.of]?.[length.at];
  if (said === undefined) return null;
  const bytes = (length.in === "bits" ? Math.ceil(said / 8) : said) - (length.less ?? 0);
  return bytes < 1 || bytes > length.most ? null : bytes;
}
