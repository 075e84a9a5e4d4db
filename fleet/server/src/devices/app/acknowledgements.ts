import { type Duration, seconds } from "@wardkey/protocol";
import type { AckBody } from "@wardkey/protocol/fleet";
import type { Timers } from "./fleet-ports.js";

const QUIET: Duration = seconds(1);

/**
 * Acknowledgements on their way out: the first is told at once, those that follow within a second become one. A device
 * sends on without waiting for them, so that each need not cost a signature.
 */
export class Acknowledgements {
  readonly #timers: Timers;
  readonly #tell: (device: string, body: AckBody) => void;
  readonly #quiet = new Map<string, { cancel: () => void; next: AckBody | null }>();

  constructor(parts: { timers: Timers; tell: (device: string, body: AckBody) => void }) {
    this.#timers = parts.timers;
    this.#tell = parts.tell;
  }

  note(device: string, body: AckBody): void {
    const quiet = this.#quiet.get(device);
    if (quiet === undefined) {
      this.#tell(device, body);
      this.#wait(device);
      return;
    }
    // A refusal may come with a lower sequence than the acknowledgement before it, and is the news.
    const overtaken = quiet.next === null || body.refusal !== null || quiet.next.seq <= body.seq;
    if (overtaken) quiet.next = body;
  }

  stop(): void {
    for (const [device, { cancel, next }] of this.#quiet) {
      cancel();
      if (next !== null) this.#tell(device, next);
    }
    this.#quiet.clear();
  }

  #wait(device: string): void {
    const cancel = this.#timers.after(QUIET, () => {
      const next = this.#quiet.get(device)?.next ?? null;
      this.#quiet.delete(device);
      if (next === null) return;
      this.#tell(device, next);
      this.#wait(device);
    });
    this.#quiet.set(device, { cancel, next: null });
  }
}
