import { WardkeyError } from "@wardkey/protocol";

type Waiting<T, R> = { item: T; resolve: (result: R) => void; reject: (error: unknown) => void };

/**
 * Gathers what arrives while a write is under way and writes it in one step: a transaction that waits for the disk costs
 * the same for one row as for hundreds. Refuses with `writes-waiting` when too much waits.
 */
export class GroupedWrites<T, R = void> {
  readonly #write: (items: readonly T[]) => Promise<readonly R[]>;
  readonly #most: number;
  readonly #bound: number;
  #waiting: Waiting<T, R>[] = [];
  #running: Promise<void> | null = null;

  /** `write` answers one result an item, in order. */
  constructor(parts: { write: (items: readonly T[]) => Promise<readonly R[]>; most?: number; bound?: number }) {
    this.#write = parts.write;
    this.#most = parts.most ?? 500;
    this.#bound = parts.bound ?? 20_000;
  }

  add(item: T): Promise<R> {
    if (this.#waiting.length >= this.#bound) {
      return Promise.reject(new WardkeyError("writes-waiting", "the database is slower than what arrives"));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async #run(): Promise<void> {
    // What arrives in the same turn belongs to the first step already.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, this.#most);
      try {
        const results = await this.#write(group.map(({ item }) => item));
        for (const [index, { resolve, reject }] of group.entries()) {
          if (index < results.length) resolve(results[index] as R);
          else reject(new WardkeyError("write-unanswered", "a grouped write answered too few results"));
        }
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#running = null;
  }
}
