import type { PostureMessage } from "@wardkey/protocol/screen";

/** A shell that hears nothing for so long covers the screen again. The protocol says the same: see the test. */
export const LEASE_MS = 3_000;

export type Posture = { readonly kind: "cover" } | { readonly kind: "bar"; readonly height: number };

const COVER: Posture = { kind: "cover" };

/**
 * Whether the screen is covered. It is, unless the page has said otherwise within the lease: a page that crashed, hangs,
 * was loaded anew or taken away covers by saying nothing. Times are monotonic milliseconds.
 */
export class CoverLease {
  #bar: { readonly height: number; readonly until: number } | null = null;

  said({ posture, height }: PostureMessage, now: number): void {
    this.#bar = posture === "bar" ? { height, until: now + LEASE_MS } : null;
  }

  /** The page that spoke is gone. */
  end(): void {
    this.#bar = null;
  }

  at(now: number): Posture {
    if (this.#bar === null || now >= this.#bar.until) return COVER;
    return { kind: "bar", height: this.#bar.height };
  }

  /** How long the present posture lasts by itself; `null`: for good. */
  left(now: number): number | null {
    return this.#bar === null || now >= this.#bar.until ? null : this.#bar.until - now;
  }
}
