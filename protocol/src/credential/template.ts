import { inspect } from "node:util";
import { WardkeyError } from "../errors.js";
import { sha256 } from "./p256.js";

export const MAX_TEMPLATE_BYTES = 1_024;
const PRINTED = "[template]";

/**
 * A copy with memory of its own. A small typed array lies in the engine's heap, which copies it whenever it tidies up, and
 * what is overwritten later is only the last of these copies.
 */
export function copyApart(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(new ArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

/** What a credential binds: SHA-256 of the template, or of nothing for a phone that is enrolled without a face. */
export const templateDigest = (template: OpaqueTemplate | null): Uint8Array =>
  template === null ? sha256(new Uint8Array(0)) : template.digest();

/**
 * A protected template as it travels: bytes that this package neither reads nor prints. Whoever holds it last calls
 * `overwrite`.
 */
export class OpaqueTemplate {
  readonly #bytes: Uint8Array;
  #erased = false;

  /** Copies `bytes`, 1 to 1,024 of them; throws `template-size` otherwise. */
  constructor(bytes: Uint8Array) {
    if (bytes.length === 0 || bytes.length > MAX_TEMPLATE_BYTES) {
      throw new WardkeyError("template-size", `a protected template has 1 to ${MAX_TEMPLATE_BYTES} bytes`);
    }
    this.#bytes = copyApart(bytes);
  }

  get size(): number {
    return this.#bytes.length;
  }

  /** SHA-256, as the credential binds it. */
  digest(): Uint8Array {
    return sha256(this.#held());
  }

  /** A copy that the caller overwrites after use. */
  copy(): Uint8Array<ArrayBuffer> {
    return copyApart(this.#held());
  }

  overwrite(): void {
    this.#bytes.fill(0);
    this.#erased = true;
  }

  toString(): string {
    return PRINTED;
  }

  toJSON(): string {
    return PRINTED;
  }

  [inspect.custom](): string {
    return PRINTED;
  }

  #held(): Uint8Array {
    if (this.#erased) throw new WardkeyError("template-erased", "the template was overwritten");
    return this.#bytes;
  }
}
