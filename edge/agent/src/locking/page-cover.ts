import { type Duration, seconds } from "@wardkey/protocol";
import { Listeners } from "./listeners.js";
import type { LockTime } from "./ports.js";
import type { Cover } from "./shared/overlay-target.js";

const ASK_EACH: Duration = seconds(1);
/** An answer that took longer is none, and the last one holds for as long. */
const HOLDS_FOR: Duration = seconds(3);

/** How pages are asked. Each of them hears it; one that does not run in the shell has nothing to answer. */
export interface CoverLine extends LockTime {
  readonly ask: (revision: number) => void;
}

/**
 * Whether the kiosk's page covers what is behind it, as the shell confirms through the page that runs in it: for each
 * question, by its number, once what it covers with is on the screen. A page that is merely connected counts for nothing.
 * Nobody is asked while nobody wants to know.
 */
export class PageCover implements Cover {
  readonly #changed = new Listeners<void>();
  readonly #confirmations = new Listeners<number>();
  /** When those were asked that may still be answered. */
  readonly #askedAt = new Map<number, number>();
  #line: CoverLine | null = null;
  #askableSince: number | null = null;
  #listening = 0;
  #revision = 0;
  /** The page that confirmed last. */
  #by: object | null = null;
  #endAsking: (() => void) | null = null;
  #endHolding: () => void = () => {};

  get covered(): boolean {
    return this.#by !== null;
  }

  on(listener: () => void): () => void {
    const deaf = this.#changed.add(listener);
    this.#listening++;
    this.#askOn();
    return () => {
      deaf();
      this.#listening--;
      if (this.#listening > 0) return;
      this.#endAsking?.();
      this.#endAsking = null;
    };
  }

  get askableSince(): number | null {
    return this.#askableSince;
  }

  /** The pages can be asked from now on. */
  connect(line: CoverLine): void {
    this.#line = line;
    this.#askableSince = line.clock.monotonic();
    this.#askOn();
  }

  confirm(signal: AbortSignal): Promise<boolean> {
    const asked = this.#revision + 1;
    return new Promise((resolve) => {
      const end = (confirmed: boolean): void => {
        deaf();
        signal.removeEventListener("abort", late);
        resolve(confirmed);
      };
      const late = (): void => end(false);
      const deaf = this.#confirmations.add((revision) => {
        if (revision >= asked) end(true);
      });
      signal.addEventListener("abort", late, { once: true });
      if (signal.aborted) late();
      else this.#ask();
    });
  }

  /** A page says that it covers, as it was asked under this number. */
  confirmed(page: object, revision: number): void {
    const [line, at] = [this.#line, this.#askedAt.get(revision)];
    if (line === null || at === undefined || line.clock.monotonic() - at >= HOLDS_FOR) return;
    this.#endHolding();
    this.#endHolding = line.timers.after(HOLDS_FOR, () => this.#by !== null && this.gone(this.#by));
    const was = this.covered;
    this.#by = page;
    this.#confirmations.tell(revision);
    if (!was) this.#changed.tell();
  }

  /** A page is connected no more: if it was the one that covers, nothing does. */
  gone(page: object): void {
    if (this.#by !== page) return;
    this.#endHolding();
    this.#by = null;
    this.#changed.tell();
  }

  #askOn(): void {
    const line = this.#line;
    if (line === null || this.#listening === 0 || this.#endAsking !== null) return;
    const next = (): void => {
      this.#endAsking = line.timers.after(ASK_EACH, next);
      this.#ask();
    };
    next();
  }

  #ask(): void {
    const revision = ++this.#revision;
    const line = this.#line;
    if (line === null) return;
    const now = line.clock.monotonic();
    for (const [old, at] of this.#askedAt) if (now - at >= HOLDS_FOR) this.#askedAt.delete(old);
    this.#askedAt.set(revision, now);
    line.ask(revision);
  }
}
