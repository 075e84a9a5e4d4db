import { type Duration, seconds } from "@wardkey/protocol";
import type { BadgeRead } from "@wardkey/protocol/fleet";
import type { Timers } from "../time.js";

/** How long a badge that was read waits for its PIN: a colleague's next tap must not meet somebody else's badge. */
const KEPT_FOR: Duration = seconds(30);

/** The badge that was held to the reader last, until it is used, given up or forgotten. */
export class BadgeInHand {
  readonly #ports: { readonly timers: Timers; readonly changed: () => void };
  #badge: BadgeRead | null = null;
  #cancel: (() => void) | null = null;

  constructor(ports: { timers: Timers; changed: () => void }) {
    this.#ports = ports;
  }

  get badge(): BadgeRead | null {
    return this.#badge;
  }

  read(badge: BadgeRead): void {
    this.#badge = badge;
    this.keep();
    this.#ports.changed();
  }

  /** The PIN was wrong and is typed again: the time begins anew. */
  keep(): void {
    this.#cancel?.();
    this.#cancel = this.#badge === null ? null : this.#ports.timers.after(KEPT_FOR, () => this.forget());
  }

  forget(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#badge === null) return;
    this.#badge = null;
    this.#ports.changed();
  }
}
