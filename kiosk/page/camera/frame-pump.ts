import { FRAME_HEADER_BYTES, FRAME_KIND_JPEG, MAX_FRAME_BYTES } from "@wardkey/protocol/screen";

export type Pace = "off" | "slow" | "fast";

const INTERVAL_MS: Readonly<Record<Exclude<Pace, "off">, number>> = { slow: 500, fast: 100 };
/** With this much still waiting to leave, a newer picture is worth more than this one. */
const MOST_WAITING_BYTES = 2 * MAX_FRAME_BYTES;
/** A camera's clock and ours never agree exactly: a picture that is a little early counts as due. */
const EARLY_MS = 12;

export interface FramePumpPorts<Picture> {
  /** Reads the picture before it returns, then encodes; `null` when it cannot. */
  readonly encode: (picture: Picture) => Promise<Uint8Array | null>;
  readonly send: (message: Uint8Array<ArrayBuffer>) => boolean;
  /** Bytes handed to the socket that have not left. */
  readonly waiting: () => number;
  readonly monotonic: () => number;
}

/**
 * Sends the newest picture at the pace that the agent asked for. Nothing queues: a picture that comes while another is
 * being encoded, or while the socket is behind, is dropped.
 */
export class FramePump<Picture> {
  readonly #ports: FramePumpPorts<Picture>;
  #pace: Pace = "off";
  #sequence = 0;
  #lastAt = Number.NEGATIVE_INFINITY;
  #busy = false;

  constructor(ports: FramePumpPorts<Picture>) {
    this.#ports = ports;
  }

  setPace(pace: Pace): void {
    this.#pace = pace;
  }

  /** Answers once this picture was sent or dropped; the caller may release it as soon as the call returned. */
  async offer(picture: Picture): Promise<"sent" | "dropped"> {
    if (this.#pace === "off" || this.#busy) return "dropped";
    const now = this.#ports.monotonic();
    if (now - this.#lastAt < INTERVAL_MS[this.#pace] - EARLY_MS) return "dropped";
    if (this.#ports.waiting() > MOST_WAITING_BYTES) return "dropped";
    this.#lastAt = now;
    this.#busy = true;
    try {
      const jpeg = await this.#ports.encode(picture);
      if (jpeg === null || jpeg.length + FRAME_HEADER_BYTES > MAX_FRAME_BYTES) return "dropped";
      return this.#ports.send(this.#message(jpeg)) ? "sent" : "dropped";
    } finally {
      this.#busy = false;
    }
  }

  #message(jpeg: Uint8Array): Uint8Array<ArrayBuffer> {
    const message = new Uint8Array(FRAME_HEADER_BYTES + jpeg.length);
    message[0] = FRAME_KIND_JPEG;
    this.#sequence = (this.#sequence + 1) >>> 0;
    new DataView(message.buffer).setUint32(1, this.#sequence);
    message.set(jpeg, FRAME_HEADER_BYTES);
    return message;
  }
}
