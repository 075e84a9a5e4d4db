/** MQTT 3.1.1, 2.2.3: at most four bytes of remaining length. */
const LENGTH_BYTES = 4;

export type FrameFault = "packet-too-large" | "packet-malformed";

/**
 * Watches the fixed headers of the packets in a byte stream, without keeping a copy. A parser that waits for a whole
 * packet can be made to keep 256 MB for a stranger; this tells before the first byte of such a packet is kept.
 */
export class FrameGuard {
  readonly #most: number;
  #skip = 0;
  #atType = true;
  #length = 0;
  #lengthBytes = 0;

  /** `most`: largest remaining length, bytes. */
  constructor(most: number) {
    this.#most = most;
  }

  /** The fault of the packets begun so far, or `undefined`. */
  watch(chunk: Uint8Array): FrameFault | undefined {
    let at = 0;
    while (at < chunk.length) {
      if (this.#skip > 0) {
        const passed = Math.min(this.#skip, chunk.length - at);
        this.#skip -= passed;
        at += passed;
        continue;
      }
      const fault = this.#header(chunk[at] ?? 0);
      if (fault !== undefined) return fault;
      at += 1;
    }
    return undefined;
  }

  #header(byte: number): FrameFault | undefined {
    if (this.#atType) {
      this.#atType = false;
      this.#length = 0;
      this.#lengthBytes = 0;
      return undefined;
    }
    this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes;
    this.#lengthBytes += 1;
    if (this.#length > this.#most) return "packet-too-large";
    if ((byte & 0x80) === 0) {
      this.#skip = this.#length;
      this.#atType = true;
      return undefined;
    }
    return this.#lengthBytes >= LENGTH_BYTES ? "packet-malformed" : undefined;
  }
}
