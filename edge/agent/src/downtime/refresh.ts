import { codeOf, type Duration, milliseconds, minutes } from "@wardkey/protocol";
import { DowntimeAnswer, type DowntimeBook } from "@wardkey/protocol/fleet";
import type { Timers } from "../time.js";
import type { SiteAnswer, SiteLink } from "../uplink/index.js";
import type { KeptBook } from "./kept-book.js";

const EVERY: Duration = minutes(15);
const AGAIN: Duration = minutes(1);
/** A fleet that never comes to an end is not believed. */
const MOST_PAGES = 200;

export interface RefreshParts {
  readonly book: KeptBook;
  readonly site: Pick<SiteLink, "post" | "standing" | "trust">;
  readonly timers: Timers;
  readonly random: () => number;
  readonly log: (event: { code: string }) => void;
  readonly changed: () => void;
}

/** Asks the fleet now and then who may break the glass here. What cannot be had leaves what there is. */
export class BookRefresh {
  readonly #parts: RefreshParts;
  #cancel: (() => void) | null = null;
  #running: Promise<void> | null = null;
  #stopped = false;
  /** Ends the wait for the answer that is under way. */
  #giveUp: () => void = () => {};
  #said: string | null = null;

  constructor(parts: RefreshParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#run();
  }

  /** Waits for the disk, never for the fleet: what was asked of it ends with the link to the site. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    this.#giveUp();
    await this.#running;
  }

  /** Sooner than it is due: the kiosk stands otherwise with its site, or was just let in. */
  hurry(): void {
    if (this.#running === null && !this.#stopped) this.#run();
  }

  #run(): void {
    this.#cancel?.();
    this.#running = this.#round()
      .catch((error: unknown) => codeOf(error))
      .then((code) => {
        this.#running = null;
        if (this.#stopped) return;
        if (code !== null && code !== this.#said) this.#parts.log({ code });
        this.#said = code;
        const jitter = 0.75 + this.#parts.random() / 2;
        const wait = milliseconds((code === null ? EVERY : AGAIN) * jitter);
        this.#cancel = this.#parts.timers.after(wait, () => this.#run());
        this.#parts.changed();
      });
  }

  /** The code of what went wrong; `null`: nothing. */
  async #round(): Promise<string | null> {
    const { book, site } = this.#parts;
    if (site.standing === "denied") {
      await book.forget();
      return null;
    }
    const have = book.edition;
    const first = await this.#page(have, 0);
    if (!first.ok) return first.code;
    if (first.value.book === null) {
      if (first.value.edition === have) await book.prolong(first.value.goodUntil);
      return null;
    }
    const whole = await this.#rest(first.value, first.value.book);
    if (typeof whole === "string") return whole;
    if (whole.site !== (site.trust?.site ?? whole.site)) return "downtime-of-another-site";
    await book.keep(first.value.edition, whole);
    return null;
  }

  async #rest(first: DowntimeAnswer, begun: DowntimeBook): Promise<DowntimeBook | string> {
    let book = begun;
    let { next } = first;
    for (let page = 1; next !== null; page++) {
      const answer = await this.#page(null, next);
      if (!answer.ok) return answer.code;
      const { edition, book: more } = answer.value;
      // Somebody was given a card meanwhile: the next round begins anew.
      if (edition !== first.edition || more === null || page >= MOST_PAGES) return "downtime-changed";
      book = { ...book, cards: [...book.cards, ...more.cards], badges: [...book.badges, ...more.badges] };
      next = answer.value.next;
    }
    return book;
  }

  #page(have: string | null, from: number): Promise<SiteAnswer<DowntimeAnswer>> {
    const unanswered: SiteAnswer<DowntimeAnswer> = { ok: false, code: "site-unreachable", reached: false };
    if (this.#stopped) return Promise.resolve(unanswered);
    return new Promise((resolve, reject) => {
      this.#giveUp = () => resolve(unanswered);
      this.#parts.site.post("/v1/kiosk/downtime", { have, from }, DowntimeAnswer).then(resolve, reject);
    });
  }
}
