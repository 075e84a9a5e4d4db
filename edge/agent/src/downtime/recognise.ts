import { type BadgeRead, badgeText, type DowntimeBook, readCard } from "@wardkey/protocol/fleet";
import { type HashSecret, sameHash } from "./slow-hash.js";

export interface Recognised {
  readonly staffId: string;
  readonly name: string;
}

/** Who is in the book, and how it hashes. */
export interface Known {
  readonly book: DowntimeBook;
  readonly hash: HashSecret;
}

/** The book without whom the site denies: kept longer than that word takes, it may still have their cards and badges. */
export function withoutDenied(book: DowntimeBook, denied: ReadonlySet<string>): DowntimeBook {
  const stands = ({ staffId }: { readonly staffId: string }): boolean => !denied.has(staffId);
  if (denied.size === 0) return book;
  return { ...book, cards: book.cards.filter(stands), badges: book.badges.filter(stands) };
}

/** For whoever is unknown the same work is done, so that the time taken tells nothing. */
const NOBODY = { salt: "AAAAAAAAAAAAAAAAAAAAAA", hash: "" };

/** Whose personal emergency code this is; `null`: nobody's, or it was used before. */
export async function recogniseCard(
  { book, hash: hashOf }: Known,
  typed: string,
  spent: ReadonlySet<string>,
): Promise<(Recognised & { readonly card: string }) | null> {
  const read = readCard(typed);
  const known = book.cards.find(({ card }) => card === read?.card);
  const { salt, hash } = known ?? NOBODY;
  const right = sameHash(await hashOf(read?.secret ?? "", salt), hash);
  if (!right || known === undefined || spent.has(known.card)) return null;
  const { staffId, name, card } = known;
  return { staffId, name, card };
}

export type BadgeAnswer =
  | { readonly ok: true; readonly who: Recognised }
  | { readonly ok: false; readonly code: "badge-weak" | "badge-unknown" };

/** Whose badge this is. One that says nothing but a number, which any shop copies, is nobody's in an emergency. */
export async function recogniseBadge({ book, hash: hashOf }: Known, badge: BadgeRead): Promise<BadgeAnswer> {
  if (badge.kind === "uid-only") return { ok: false, code: "badge-weak" };
  const found = await hashOf(badgeText(badge), book.badgeSalt);
  const known = book.badges.find(({ hash }) => sameHash(found, hash));
  if (known === undefined) return { ok: false, code: "badge-unknown" };
  return { ok: true, who: { staffId: known.staffId, name: known.name } };
}
