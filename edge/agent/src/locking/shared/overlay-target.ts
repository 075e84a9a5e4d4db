import { type Duration, seconds } from "@wardkey/protocol";
import { bounded, pause } from "../bounded.js";
import { Listeners } from "../listeners.js";
import type { LockAnswer, LockTarget, LockTime, TargetEvent } from "../ports.js";

/** How long the page may take to confirm that it covers the desktop. */
const COVERED_WITHIN: Duration = seconds(3);
/** The same once after a start: the shell comes up after the agent. */
const COVERED_AT_FIRST: Duration = seconds(30);
/** How long an agent may take until it can ask a page at all: longer than that, and nobody waits for one. */
const ASKABLE_WITHIN: Duration = seconds(90);
/** Of an agent that goes. */
const LAST_LOCK_WITHIN: Duration = seconds(4);

/** What the kiosk's page confirms: that the page is over the desktop, and not that a page is there. */
export interface Cover {
  /** It has confirmed within the last seconds. */
  readonly covered: boolean;
  /** Since when a page can be asked, monotonic milliseconds; `null`: not yet. */
  readonly askableSince: number | null;
  /** Tells of each change of `covered`. */
  on(listener: () => void): () => void;
  /** Asks anew: true once the page has confirmed what it was asked from now on, false once `signal` is aborted. */
  confirm(signal: AbortSignal): Promise<boolean>;
}

/** Puts away what the person before left open; false: it could not. */
export type ClearDesk = (signal: AbortSignal) => Promise<boolean>;

export interface OverlayInput extends LockTime {
  readonly cover: Cover;
  /** Locks the system itself where no page covers it; `null`: nothing can. */
  readonly fallback: LockTarget | null;
  readonly clearDesk: ClearDesk | null;
}

/**
 * A desktop that many share under one account: the page over everything is the lock, so that the next person is in as fast
 * as the page goes away. What the one before left open is put away first. Where the page does not confirm each lock anew,
 * the system itself is locked, and that is told as `lock-unconfirmed` once.
 */
export class OverlayTarget implements LockTarget {
  readonly #input: OverlayInput;
  readonly #listeners = new Listeners<TargetEvent>();
  #fellBack = false;
  #startedAt = 0;
  #last: string | null = null;
  #deaf: (() => void)[] = [];

  constructor(input: OverlayInput) {
    this.#input = input;
  }

  on(listener: (event: TargetEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  async start(): Promise<void> {
    const { cover, fallback, clock } = this.#input;
    this.#startedAt = clock.monotonic();
    this.#deaf = [cover.on(() => this.#listeners.tell({ type: "unsure" }))];
    if (fallback !== null) {
      // What the system says of itself counts while it stands in for the page.
      this.#deaf.push(fallback.on((event) => this.#fallbackSays(event)));
      await fallback.start();
    }
    this.#listeners.tell({ type: "reached" });
  }

  async stop(): Promise<void> {
    for (const each of this.#deaf.splice(0)) each();
    const { cover, fallback } = this.#input;
    // No agent is there soon to lock the system when no page comes.
    if (fallback !== null && !cover.covered && !this.#fellBack) await this.#lockLast(fallback);
    await fallback?.stop();
  }

  async lock(signal: AbortSignal): Promise<LockAnswer> {
    const { cover, fallback, clock } = this.#input;
    if (this.#fellBack ? cover.covered : await this.#confirmed(signal)) return { ok: true };
    if (fallback === null || this.#awaitsPage(clock.monotonic()) || signal.aborted)
      return { ok: false, code: "lock-unconfirmed" };
    const isNews = !this.#fellBack;
    this.#fellBack = true;
    const answer = await fallback.lock(signal);
    // Somebody has to hear that the page fell silent, although what stands in for it holds.
    return answer.ok && isNews ? { ok: false, code: "lock-unconfirmed" } : answer;
  }

  async unlock(signal: AbortSignal, staffId: string): Promise<LockAnswer> {
    const { fallback, clearDesk } = this.#input;
    const other = this.#last !== null && this.#last !== staffId;
    if (other && clearDesk !== null && !(await clearDesk(signal))) return { ok: false, code: "unlock-failed" };
    if (signal.aborted) return { ok: false, code: "unlock-failed" };
    // An agent before this one may have locked it as it went.
    const systemLocked = fallback !== null && (this.#fellBack || fallback.lockedNow === true);
    const answer: LockAnswer = systemLocked ? await fallback.unlock(signal, staffId) : { ok: true };
    if (answer.ok) this.#fellBack = false;
    if (answer.ok || answer.code === "unlock-elsewhere") this.#last = staffId;
    return answer;
  }

  #awaitsPage(now: number): boolean {
    const since = this.#input.cover.askableSince;
    const latest = this.#startedAt + ASKABLE_WITHIN;
    return now < (since === null ? latest : Math.min(Math.max(since, this.#startedAt), latest)) + COVERED_AT_FIRST;
  }

  async #lockLast(fallback: LockTarget): Promise<void> {
    await bounded((signal) => fallback.lock(signal), {
      time: this.#input,
      deadline: this.#input.clock.monotonic() + LAST_LOCK_WITHIN,
      signal: new AbortController().signal,
      late: "lock-unconfirmed",
    });
  }

  #fallbackSays(event: TargetEvent): void {
    if (event.type === "input" || event.type === "locked" || (this.#fellBack && event.type === "unlocked")) {
      this.#listeners.tell(event);
    }
  }

  async #confirmed(signal: AbortSignal): Promise<boolean> {
    const [late, answered] = [new AbortController(), new AbortController()];
    void pause(COVERED_WITHIN, this.#input, signal, answered.signal).then(() => late.abort());
    const confirmed = await this.#input.cover.confirm(late.signal);
    answered.abort();
    return confirmed;
  }
}
