import { WardkeyError } from "../errors.js";
import { seconds } from "../units.js";

/*
 * A frame: one byte (bit 7 first, bit 6 last, bits 5..0 the sequence within the message, modulo 64), in the first frame
 * the message's length in two bytes, then as much of the message as fits. One message at a time in each direction.
 */
const FIRST = 0x80;
const LAST = 0x40;
const SEQUENCE = 0x3f;
const HEADER_BYTES = 1;
const LENGTH_BYTES = 2;

/** Larger messages are refused, in either direction. */
export const MAX_MESSAGE_BYTES = 12_288;
/** Core 5.3 Vol 3 Part F 3.2.8: the least that every link has. */
export const DEFAULT_ATT_MTU = 23;
/** The time in which a message must be whole, from its first frame. */
export const ASSEMBLY_TIME = seconds(2);

const SMALLEST_PAYLOAD = DEFAULT_ATT_MTU - 3;

/** What one write or notification carries: ATT spends three bytes on opcode and handle. */
export const payloadOf = (attMtu: number): number => attMtu - 3;

/** The frames of `message`, each of at most `payloadBytes` (20 at the smallest MTU). Throws `frame-size` for what cannot be sent. */
export function fragment(message: Uint8Array, payloadBytes: number): Uint8Array[] {
  if (message.length === 0 || message.length > MAX_MESSAGE_BYTES || payloadBytes < SMALLEST_PAYLOAD) {
    throw new WardkeyError("frame-size", `${message.length} bytes in frames of ${payloadBytes}`);
  }
  const frames: Uint8Array[] = [];
  let offset = 0;
  while (offset < message.length) {
    const first = offset === 0;
    const room = payloadBytes - HEADER_BYTES - (first ? LENGTH_BYTES : 0);
    const chunk = message.subarray(offset, offset + room);
    offset += chunk.length;
    const flags = (first ? FIRST : 0) | (offset === message.length ? LAST : 0) | (frames.length & SEQUENCE);
    const length = first ? [message.length >> 8, message.length & 0xff] : [];
    frames.push(Uint8Array.of(flags, ...length, ...chunk));
  }
  return frames;
}

export type FramingCode = "frame-malformed" | "frame-out-of-order" | "frame-too-large" | "frame-too-slow";
export type Assembled =
  | { readonly kind: "more" }
  | { readonly kind: "message"; readonly message: Uint8Array }
  | { readonly kind: "refused"; readonly code: FramingCode };

interface Partial {
  readonly buffer: Uint8Array;
  filled: number;
  sequence: number;
  readonly since: number;
}

/**
 * Puts the frames of one direction together. The first refusal is final: a link whose frames went wrong is closed, not
 * resynchronised. Holds at most one message.
 */
export class Assembler {
  #partial: Partial | undefined;
  #refused: FramingCode | undefined;

  /** Takes the next frame, which arrived at `monotonicMs`. */
  push(frame: Uint8Array, monotonicMs: number): Assembled {
    const late = this.expire(monotonicMs);
    if (late.kind === "refused") return late;
    const flags = frame[0];
    if (flags === undefined) return this.#refuse("frame-malformed");
    const begun = (flags & FIRST) === 0 ? this.#continue(flags) : this.#begin(flags, frame, monotonicMs);
    if (typeof begun === "string") return this.#refuse(begun);
    const chunk = frame.subarray(HEADER_BYTES + ((flags & FIRST) === 0 ? 0 : LENGTH_BYTES));
    if (chunk.length === 0 || begun.filled + chunk.length > begun.buffer.length) return this.#refuse("frame-malformed");
    begun.buffer.set(chunk, begun.filled);
    begun.filled += chunk.length;
    begun.sequence += 1;
    const whole = begun.filled === begun.buffer.length;
    if (whole !== ((flags & LAST) !== 0)) return this.#refuse("frame-malformed");
    if (!whole) return { kind: "more" };
    this.#partial = undefined;
    return { kind: "message", message: begun.buffer };
  }

  /** To be asked now and then: has the message in progress taken too long. */
  expire(monotonicMs: number): { kind: "more" } | { kind: "refused"; code: FramingCode } {
    if (this.#refused !== undefined) return { kind: "refused", code: this.#refused };
    if (this.#partial !== undefined && monotonicMs - this.#partial.since > ASSEMBLY_TIME) {
      return this.#refuse("frame-too-slow");
    }
    return { kind: "more" };
  }

  #begin(flags: number, frame: Uint8Array, monotonicMs: number): Partial | FramingCode {
    const [, high, low] = frame;
    if (this.#partial !== undefined || (flags & SEQUENCE) !== 0) return "frame-out-of-order";
    if (high === undefined || low === undefined) return "frame-malformed";
    const length = high * 256 + low;
    if (length > MAX_MESSAGE_BYTES) return "frame-too-large";
    this.#partial = { buffer: new Uint8Array(length), filled: 0, sequence: 0, since: monotonicMs };
    return this.#partial;
  }

  #continue(flags: number): Partial | FramingCode {
    if (this.#partial === undefined || (this.#partial.sequence & SEQUENCE) !== (flags & SEQUENCE)) {
      return "frame-out-of-order";
    }
    return this.#partial;
  }

  #refuse(code: FramingCode): { kind: "refused"; code: FramingCode } {
    this.#partial?.buffer.fill(0);
    this.#partial = undefined;
    this.#refused = code;
    return { kind: "refused", code };
  }
}
