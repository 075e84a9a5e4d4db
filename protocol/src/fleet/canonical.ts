import { encode, rfc8949EncodeOptions } from "cborg";

/**
 * Deterministic CBOR (RFC 8949 4.2.1) of what a journal entry can hold, written straight into one buffer: a million
 * entries are hashed in seconds, where a general encoder needs half a minute. It writes what cborg writes.
 */
export class CanonicalWriter {
  #bytes: Buffer;
  #at = 0;

  constructor(size = 4_096) {
    this.#bytes = Buffer.allocUnsafe(size);
  }

  /** What was written; valid until the next `begin`. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  get at(): number {
    return this.#at;
  }

  /** Goes on at `at`, over what is there. */
  seek(at: number): this {
    this.#at = at;
    return this;
  }

  between(start: number, end: number): Uint8Array {
    return this.#bytes.subarray(start, end);
  }

  /** Starts anew behind `bytes`, written as they are. */
  begin(bytes?: Uint8Array): this {
    this.#at = 0;
    if (bytes !== undefined) this.raw(bytes);
    return this;
  }

  raw(bytes: Uint8Array): this {
    this.#need(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }

  /** Bytes that a hash function gave as text in `encoding`. */
  hash(text: string, encoding: "base64url" | "binary"): this {
    this.#need(64);
    this.#at += this.#bytes.write(text, this.#at, encoding);
    return this;
  }

  array(length: number): this {
    return this.#head(4, length);
  }

  map(length: number): this {
    return this.#head(5, length);
  }

  byteString(length: number): this {
    return this.#head(2, length);
  }

  text(text: string): this {
    const { length } = text;
    this.#need(length * 3 + 9);
    if (length < SHORT) {
      // Ids, kinds and codes: short ASCII, whose bytes are its characters. Faster by hand than a call into the runtime.
      const bytes = this.#bytes;
      let at = this.#at + headSize(length);
      let all = 0;
      for (let index = 0; index < length; index += 1) {
        const code = text.charCodeAt(index);
        all |= code;
        bytes[at++] = code;
      }
      if (all < 0x80) {
        this.#head(3, length);
        this.#at = at;
        return this;
      }
    }
    const guess = headSize(length);
    const size = this.#bytes.write(text, this.#at + guess, "utf8");
    this.#head(3, size);
    if (headSize(size) !== guess) this.#bytes.write(text, this.#at, "utf8");
    this.#at += size;
    return this;
  }

  value(value: string | number | boolean | null): this {
    if (typeof value === "string") return this.text(value);
    if (typeof value === "number") return this.number(value);
    this.#need(1);
    this.#bytes[this.#at++] = value === null ? 0xf6 : value ? 0xf5 : 0xf4;
    return this;
  }

  number(value: number): this {
    if (!Number.isSafeInteger(value)) return this.#float(value);
    return value >= 0 ? this.#head(0, value) : this.#head(1, -1 - value);
  }

  /** RFC 8949 4.2.2: the shortest that keeps the value; most decimals need all 64 bits. */
  #float(value: number): this {
    const short = Math.fround(value) === value || Number.isNaN(value) || Number.isInteger(value);
    if (short) return this.raw(encode(value, rfc8949EncodeOptions));
    this.#need(9);
    this.#bytes[this.#at++] = 0xfb;
    this.#at = this.#bytes.writeDoubleBE(value, this.#at);
    return this;
  }

  #head(major: number, value: number): this {
    this.#need(9);
    const bytes = this.#bytes;
    const type = major << 5;
    if (value < 24) {
      bytes[this.#at++] = type | value;
    } else if (value < 0x100) {
      bytes[this.#at++] = type | 24;
      bytes[this.#at++] = value;
    } else if (value < 0x10000) {
      bytes[this.#at++] = type | 25;
      this.#at = bytes.writeUInt16BE(value, this.#at);
    } else if (value < 0x100000000) {
      bytes[this.#at++] = type | 26;
      this.#at = bytes.writeUInt32BE(value, this.#at);
    } else {
      bytes[this.#at++] = type | 27;
      this.#at = bytes.writeUInt32BE(Math.floor(value / 0x100000000), this.#at);
      this.#at = bytes.writeUInt32BE(value % 0x100000000, this.#at);
    }
    return this;
  }

  #need(size: number): void {
    if (this.#at + size <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe((this.#at + size) * 2);
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

/** Bytes of a text with its head, and of a whole number. */
export const textSize = (text: string): number => {
  const size = Buffer.byteLength(text, "utf8");
  return headSize(size) + size;
};
export const countSize = (value: number): number => (value < 0x100000000 ? headSize(value) : 9);

const SHORT = 64;
const headSize = (value: number): number => (value < 24 ? 1 : value < 0x100 ? 2 : value < 0x10000 ? 3 : 5);
