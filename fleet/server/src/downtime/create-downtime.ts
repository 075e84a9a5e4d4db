import { type BadgeRead, badgeText } from "@wardkey/protocol/fleet";
import { Book, type BookParts } from "./book.js";
import { type CardParts, type Cards, createCards } from "./cards.js";
import { createReviews, type Reviews } from "./reviews.js";
import { slowHash } from "./slow-hash.js";
import type { DowntimeStore } from "./sql-downtime-store.js";

/** What kiosks may do when nobody answers them, and how people look at it afterwards. */
export interface Downtime {
  readonly cards: Cards;
  readonly book: Book;
  readonly reviews: Reviews;
  readonly badges: {
    /** Somebody's badge was held to a reader under supervision, or opened a kiosk with its PIN. `digest`: the site's keyed name for it. */
    shown(badge: { digest: string; staffId: string; read: BadgeRead }): Promise<void>;
    gone(digest: string): Promise<void>;
  };
}

export function createDowntime(
  parts: Omit<BookParts, "store"> &
    Pick<CardParts, "isActive" | "randomBytes"> & {
      readonly store: DowntimeStore;
      /** The slow one, unless a test wants it quicker. */
      readonly hash?: CardParts["hash"];
      readonly record: (kind: string, body: Record<string, string | number>) => Promise<void>;
    },
): Downtime {
  const { store, badgeSalt, hash = slowHash } = parts;
  const book = new Book(parts);
  const changed = (): void => book.changed();
  return {
    book,
    cards: createCards({ ...parts, hash, changed }),
    reviews: createReviews({ ...parts, changed }),
    badges: {
      async shown({ digest, staffId, read }) {
        // Any shop copies a number: in an emergency such a badge is nobody's.
        if (read.kind === "uid-only" || (await store.knowsBadge(digest))) return;
        await store.keepBadge({ digest, staffId, hash: await hash(badgeText(read), badgeSalt) });
        changed();
      },
      async gone(digest) {
        await store.dropBadge(digest);
        changed();
      },
    },
  };
}
