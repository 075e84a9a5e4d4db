import { WardkeyError } from "@wardkey/protocol";
import { copyApart } from "@wardkey/protocol/credential";

const BYTES = 32;
// What Node prints objects by, without naming a Node module here.
const PRINTED = Symbol.for("nodejs.util.inspect.custom");

/** The key of a wallet's template transform, for one epoch. It prints as `[template]`. */
export class TemplateKey {
  readonly #bytes: Uint8Array;

  /** Copies `bytes`. Throws `template-key-size` unless they are 32. */
  constructor(bytes: Uint8Array) {
    if (bytes.length !== BYTES) throw new WardkeyError("template-key-size", "a template key has 32 bytes");
    this.#bytes = copyApart(bytes);
  }

  /** A copy; the caller overwrites it. */
  copy(): Uint8Array<ArrayBuffer> {
    return copyApart(this.#bytes);
  }

  overwrite(): void {
    this.#bytes.fill(0);
  }

  toString(): string {
    return "[template]";
  }

  toJSON(): string {
    return "[template]";
  }

  [PRINTED](): string {
    return "[template]";
  }
}
