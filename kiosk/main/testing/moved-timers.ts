import type { ShellTimers } from "../electron.js";

interface Waiting {
  readonly call: () => void;
  readonly every: number | null;
  at: number;
}

/** Time that a test moves. */
export class MovedTimers implements ShellTimers {
  #now = 0;
  readonly #waiting = new Set<Waiting>();

  monotonic(): number {
    return this.#now;
  }

  after(milliseconds: number, call: () => void): () => void {
    return this.#add({ call, every: null, at: this.#now + milliseconds });
  }

  every(milliseconds: number, call: () => void): () => void {
    return this.#add({ call, every: milliseconds, at: this.#now + milliseconds });
  }

  /** Moves on, calling what falls due. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (;;) {
      const next = [...this.#waiting].sort((one, other) => one.at - other.at)[0];
      if (next === undefined || next.at > end) break;
      this.#now = Math.max(this.#now, next.at);
      if (next.every === null) this.#waiting.delete(next);
      else next.at += next.every;
      next.call();
      await settled();
    }
    this.#now = end;
    await settled();
  }

  #add(waiting: Waiting): () => void {
    this.#waiting.add(waiting);
    return () => void this.#waiting.delete(waiting);
  }
}

/** Lets every promise that is already settled have its say. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
