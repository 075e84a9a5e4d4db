import { inspect } from "node:util";

/**
 * Key bytes that must not reach a log, an error or a page: they print as `[key]`. Whoever needs the bytes says so with
 * `reveal()`, and `erase()` overwrites them.
 */
export class SecretKey {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = Uint8Array.from(bytes);
  }

  reveal(): Uint8Array {
    return this.#bytes;
  }

  erase(): void {
    this.#bytes.fill(0);
  }

  toString(): string {
    return "[key]";
  }

  toJSON(): string {
    return "[key]";
  }

  [inspect.custom](): string {
    return "[key]";
  }
}
