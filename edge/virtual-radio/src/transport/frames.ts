// Frames on the room's local socket: four bytes of length (big endian), one byte of kind, then the body.

export const FRAME_KINDS = {
  /** JSON: the first frame of a client, joining or asking for the controls alone. */
  hello: 1,
  /** JSON: the answer to it. */
  welcome: 2,
  /** One H4 packet, either way. */
  hci: 3,
  /** JSON: a room request with its number. */
  request: 4,
  /** JSON: its reply. */
  reply: 5,
  /** JSON: an advertisement to put on the air (attackers). */
  transmit: 6,
  /** JSON: start or stop overhearing (attackers). */
  sniff: 7,
  /** JSON: one overheard frame. */
  heard: 8,
} as const;
export type FrameKind = keyof typeof FRAME_KINDS;

export interface Frame {
  readonly kind: FrameKind;
  readonly body: Uint8Array;
}

/** A room state of some hundred participants fits; nothing longer is read or sent. */
export const MAX_FRAME_BODY = 1024 * 1024;
/** What a client may send: an HCI packet or a small request. */
export const MAX_CLIENT_BODY = 4 * 1024;

const HEADER = 5;
const kindByCode = new Map<number, FrameKind>(
  Object.entries(FRAME_KINDS).map(([kind, code]) => [code, kind as FrameKind]),
);

export function encodeFrame(kind: FrameKind, body: Uint8Array): Buffer {
  const frame = Buffer.alloc(HEADER + body.length);
  frame.writeUInt32BE(body.length, 0);
  frame.writeUInt8(FRAME_KINDS[kind], 4);
  frame.set(body, HEADER);
  return frame;
}

export function encodeJsonFrame(kind: FrameKind, value: unknown): Buffer {
  return encodeFrame(kind, Buffer.from(JSON.stringify(value)));
}

/** The body as JSON; undefined when it is none. */
export function jsonOf(frame: Frame): unknown {
  try {
    return JSON.parse(Buffer.from(frame.body).toString("utf8"));
  } catch {
    return undefined;
  }
}

/** Cuts a stream of bytes into frames. */
export interface FrameReader {
  /** The frames that these bytes complete; `malformed` when the stream cannot be a stream of frames. Never throws. */
  push(chunk: Uint8Array): { readonly frames: ReadonlyArray<Frame>; readonly malformed: boolean };
}

/** Holds at most one unfinished frame of `maxBody` bytes. */
export function createFrameReader(maxBody: number): FrameReader {
  let pending = Buffer.alloc(0);
  let broken = false;
  return {
    push(chunk) {
      const frames: Frame[] = [];
      if (broken) return { frames, malformed: true };
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= HEADER) {
        const length = pending.readUInt32BE(0);
        const kind = kindByCode.get(pending.readUInt8(4));
        if (length > maxBody || kind === undefined) {
          broken = true;
          pending = Buffer.alloc(0);
          return { frames, malformed: true };
        }
        if (pending.length < HEADER + length) break;
        frames.push({ kind, body: Uint8Array.from(pending.subarray(HEADER, HEADER + length)) });
        pending = pending.subarray(HEADER + length);
      }
      // A copy: a small rest must not hold a large chunk.
      pending = Buffer.from(pending);
      return { frames, malformed: false };
    },
  };
}
