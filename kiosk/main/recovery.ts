/** What may go wrong with the page in the window. */
export type Trouble = "agent-unreachable" | "token-unreadable" | "page-crashed";

export type Remedy = { readonly do: "load"; readonly after: number } | { readonly do: "give-up" };

const WAITING: ReadonlySet<Trouble> = new Set(["agent-unreachable", "token-unreadable"]);
const RETRY_MS = 1_000;
const SLOWEST_MS = 30_000;
/** So many crashes within so long are not the page's fault alone: a new process is tried. */
const CRASHES_AT_MOST = 8;
const WITHIN_MS = 300_000;

/**
 * What to do about it. An agent that is away is waited for, for ever: it comes back by itself. A page that crashes is
 * loaded again after ever longer waits, and after too many crashes the process ends, so that whoever keeps it running
 * starts a new one. Times are monotonic milliseconds.
 */
export class Recovery {
  #crashes: number[] = [];

  after(trouble: Trouble, now: number): Remedy {
    if (WAITING.has(trouble)) return { do: "load", after: RETRY_MS };
    this.#crashes = [...this.#crashes.filter((at) => now - at < WITHIN_MS), now];
    const count = this.#crashes.length;
    if (count >= CRASHES_AT_MOST) return { do: "give-up" };
    return { do: "load", after: Math.min(SLOWEST_MS, 250 * 2 ** (count - 1)) };
  }
}
