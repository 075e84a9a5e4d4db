import { createHash } from "node:crypto";
import { days, seconds } from "@wardkey/protocol";
import { DOWNTIME_PAGE, type DowntimeAnswer, type DowntimeBook, type DowntimeRequest } from "@wardkey/protocol/fleet";
import type { DowntimeStore } from "./sql-downtime-store.js";

/** Long enough for a hospital whose servers were taken away; who left is out of the book sooner wherever a kiosk still hears. */
const REACH = days(30);
/** All kiosks of a site ask within a quarter of an hour: the book is not made anew for each. */
const FRESH = seconds(20);

export interface Known {
  readonly staffId: string;
  readonly name: string;
}

export interface BookParts {
  readonly site: string;
  readonly store: Pick<DowntimeStore, "goodCards" | "badges" | "forget">;
  /** 16 bytes, base64url, the same for ever. */
  readonly badgeSalt: string;
  /** Who may come in now, and whose record was erased. */
  readonly people: () => Promise<{ readonly active: readonly Known[]; readonly erased: readonly string[] }>;
  readonly now: () => number;
}

type Made = { readonly edition: string; readonly book: DowntimeBook; readonly at: number };

/** What every kiosk of the site keeps to judge emergencies alone. */
export class Book {
  readonly #parts: BookParts;
  #made: Promise<Made> | null = null;

  constructor(parts: BookParts) {
    this.#parts = parts;
  }

  /** Somebody was given a card, or lost it. */
  changed(): void {
    this.#made = null;
  }

  async answer({ have, from }: DowntimeRequest): Promise<DowntimeAnswer> {
    const { edition, book } = await this.#current();
    const { goodUntil } = book;
    if (have === edition && from === 0) return { edition, goodUntil, book: null, next: null };
    const cards = book.cards.slice(from, from + DOWNTIME_PAGE);
    const left = DOWNTIME_PAGE - cards.length;
    const begin = Math.max(0, from - book.cards.length);
    const badges = book.badges.slice(begin, begin + left);
    const next = from + cards.length + badges.length;
    const whole = book.cards.length + book.badges.length;
    return { edition, goodUntil, book: { ...book, cards, badges }, next: next > from && next < whole ? next : null };
  }

  async #current(): Promise<Made> {
    const made = await (this.#made ?? this.#make());
    if (this.#parts.now() - made.at < FRESH) return made;
    return await this.#make();
  }

  #make(): Promise<Made> {
    const making = this.#compose();
    this.#made = making;
    making.catch(() => {
      if (this.#made === making) this.#made = null;
    });
    return making;
  }

  async #compose(): Promise<Made> {
    const { site, store, badgeSalt, people, now } = this.#parts;
    const at = now();
    const { active, erased } = await people();
    const names = new Map(active.map(({ staffId, name }) => [staffId, name]));
    const cards = await store.goodCards();
    const badges = await store.badges();
    const gone = new Set(erased);
    const owners = new Set([...cards, ...badges].map(({ staffId }) => staffId));
    await store.forget([...owners].filter((staffId) => gone.has(staffId)));
    const book: DowntimeBook = {
      v: 1,
      site,
      madeAt: at,
      goodUntil: at + REACH,
      cards: cards.flatMap(({ card, staffId, salt, hash }) => {
        const name = names.get(staffId);
        return name === undefined ? [] : [{ staffId, name, card, salt, hash }];
      }),
      badgeSalt,
      badges: badges.flatMap(({ staffId, hash }) => {
        const name = names.get(staffId);
        return name === undefined ? [] : [{ staffId, name, hash }];
      }),
    };
    const told = JSON.stringify([site, book.cards, badgeSalt, book.badges]);
    return { edition: createHash("sha256").update(told).digest("base64url"), book, at };
  }
}
