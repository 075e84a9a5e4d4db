import { parseUpTopic } from "@wardkey/protocol/fleet";
import type { UpMessage } from "./port.js";

export type UpHandler = (message: UpMessage) => Promise<void>;

/** The message that a topic and its payload make; `undefined` when it is not an `up/` topic of this site. */
export function upMessageOf(site: string, topic: string, payload: Uint8Array): UpMessage | undefined {
  const up = parseUpTopic(topic);
  if (up === undefined || up.site !== site) return undefined;
  return { device: up.device, leaf: up.leaf, request: up.leaf === "res" ? up.request : null, payload };
}

/**
 * Runs the fleet's handler for a bounded number of messages at once; the others wait in the order in which they came.
 * What a device says of its own status (birth, last will) is handled one after the other.
 */
export class UpHandling {
  #waiting: (() => void)[] = [];
  /** How many of them were let go: taking from the front of a long array costs its length. */
  #gone = 0;
  readonly #statuses = new Map<string, Promise<void>>();
  readonly #running = new Set<Promise<void>>();
  #handler: UpHandler | undefined;
  #free: number;

  constructor(most: number) {
    this.#free = most;
  }

  set(handler: UpHandler): void {
    this.#handler = handler;
  }

  /** Resolves when the handler did; rejects when it threw, or while there is none. */
  async handle(message: UpMessage): Promise<void> {
    const before = message.leaf === "status" ? this.#statuses.get(message.device) : undefined;
    const run = before === undefined ? this.#handle(message) : before.then(() => this.#handle(message));
    const quiet = run
      .catch(() => undefined)
      .finally(() => {
        this.#running.delete(quiet);
        if (this.#statuses.get(message.device) === quiet) this.#statuses.delete(message.device);
      });
    this.#running.add(quiet);
    if (message.leaf === "status") this.#statuses.set(message.device, quiet);
    return run;
  }

  /** Resolves when nothing runs any more, or after `within` milliseconds. */
  async idle(within: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, within);
    });
    await Promise.race([late, Promise.all(this.#running)]);
    clearTimeout(timer);
  }

  async #handle(message: UpMessage): Promise<void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      if (this.#handler === undefined) throw new NoHandler();
      await this.#handler(message);
    } finally {
      const next = this.#next();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }

  #next(): (() => void) | undefined {
    const next = this.#waiting[this.#gone];
    if (next === undefined) return undefined;
    this.#gone += 1;
    if (this.#gone * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#gone);
      this.#gone = 0;
    }
    return next;
  }
}

class NoHandler extends Error {
  readonly code = "broker-no-handler";

  constructor() {
    super("the fleet does not take messages yet");
  }
}
