import { z } from "zod";

/**
 * What a kiosk keeps, sealed, to know somebody while the fleet is away and after its lease has ended: who may break the
 * glass. Nothing in it opens anything by itself, and nothing in it is the secret: codes and badges are there as slow
 * hashes (scrypt, RFC 7914).
 */

const StaffId = z.string().regex(/^[a-z0-9-]{1,63}$/);
const At = z.number().int().nonnegative().max(8_640_000_000_000_000);
/** 16 bytes. */
const Salt = z.string().regex(/^[A-Za-z0-9_-]{22}$/);
/** 32 bytes. */
const Hash = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** Crockford's base32: what names the card, and what is its secret. Together the code that is printed on it. */
const LETTERS = "[0-9A-HJKMNP-TV-Z]";
export const CARD_NAME_LETTERS = 4;
export const CARD_SECRET_LETTERS = 12;
export const CardName = z.string().regex(new RegExp(`^${LETTERS}{${CARD_NAME_LETTERS}}$`));

/** 64 MiB and two lanes: `N` 2^16, `r` 8, `p` 2. One setting for all, so that no answer comes sooner than another. */
export const SLOW_HASH = { N: 65_536, r: 8, p: 2, keyBytes: 32, maxmem: 160 * 1024 * 1024 } as const;

const Whose = { staffId: StaffId, name: z.string().max(80) };

/** One personal emergency code, which works once. */
export const EmergencyCard = z.strictObject({ ...Whose, card: CardName, salt: Salt, hash: Hash });
export type EmergencyCard = z.infer<typeof EmergencyCard>;

/** One badge that is more than its number. */
export const EmergencyBadge = z.strictObject({ ...Whose, hash: Hash });
export type EmergencyBadge = z.infer<typeof EmergencyBadge>;

export const MAX_EMERGENCY_CARDS = 20_000;
export const MAX_EMERGENCY_BADGES = 40_000;

export const DowntimeBook = z.strictObject({
  v: z.literal(1),
  site: StaffId,
  madeAt: At,
  /** Until when it is believed, whatever becomes of the lease. */
  goodUntil: At,
  cards: z.array(EmergencyCard).max(MAX_EMERGENCY_CARDS),
  /** One salt for every badge of the site, so that one badge is one look-up. */
  badgeSalt: Salt,
  badges: z.array(EmergencyBadge).max(MAX_EMERGENCY_BADGES),
});
export type DowntimeBook = z.infer<typeof DowntimeBook>;

/** Cards and badges of one answer together: it stays well below what a device reads at once. */
export const DOWNTIME_PAGE = 400;

/** `POST /v1/kiosk/downtime` with the kiosk's certificate. */
export const DowntimeRequest = z.strictObject({
  /** The edition that the kiosk has; `null`: none. */
  have: Hash.nullable(),
  /** How many cards and badges it was already given of the newest. */
  from: z.number().int().nonnegative().default(0),
});
export type DowntimeRequest = z.infer<typeof DowntimeRequest>;

export const DowntimeAnswer = z.strictObject({
  edition: Hash,
  goodUntil: At,
  /** The cards and badges from `from` on; `null`: what the kiosk has is the newest edition, and good until `goodUntil`. */
  book: DowntimeBook.nullable(),
  /** Where the next answer begins; `null`: that was all. */
  next: z.number().int().positive().nullable(),
});
export type DowntimeAnswer = z.infer<typeof DowntimeAnswer>;

export interface TypedCard {
  readonly card: string;
  readonly secret: string;
}

/** What was typed, as its card's name and secret: case, dashes and spaces ignored, look-alikes put right; `null`: no such code. */
export function readCard(typed: string): TypedCard | null {
  const letters = typed.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  if (!CARD.test(letters)) return null;
  return { card: letters.slice(0, CARD_NAME_LETTERS), secret: letters.slice(CARD_NAME_LETTERS) };
}

const CARD = new RegExp(`^${LETTERS}{${CARD_NAME_LETTERS + CARD_SECRET_LETTERS}}$`);

/** What is hashed of a badge: what answered the reader, and its identifier. */
export const badgeText = ({ kind, uid }: { kind: string; uid: string }): string => `${kind} ${uid}`;
