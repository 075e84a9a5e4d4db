import type { BadgeRead } from "@wardkey/protocol/fleet";
import type { BadgeReader, BadgeReaderEvent } from "../ways/index.js";

/** A simulated reader of badges: a test plugs it in and holds badges to it. */
export class SimulatedBadgeReader implements BadgeReader {
  attached: boolean;
  readonly #listeners = new Set<(event: BadgeReaderEvent) => void>();

  constructor({ attached = true }: { attached?: boolean } = {}) {
    this.attached = attached;
  }

  on(listener: (event: BadgeReaderEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  plug(attached: boolean): void {
    this.attached = attached;
    this.#say({ type: attached ? "attached" : "detached" });
  }

  hold(badge: BadgeRead): void {
    if (this.attached) this.#say({ type: "read", badge });
  }

  #say(event: BadgeReaderEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
