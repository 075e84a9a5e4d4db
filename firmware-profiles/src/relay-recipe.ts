import { bytesOf, type Frames } from "./bytes.js";
import type { Patch, RelayProfile } from "./schema.js";

export interface RelayOrder {
  readonly channel: number;
  readonly on: boolean;
  /** Channels that are on once this order is carried out. */
  readonly board: ReadonlySet<number>;
}

export interface Report {
  readonly send: "feature" | "output";
  readonly bytes: Uint8Array;
}

/** The report that carries out an order; `null` for a channel that the board has not. */
export function reportFor({ channels, set }: Pick<RelayProfile, "channels" | "set">, order: RelayOrder): Report | null {
  const { channel } = order;
  if (!Number.isInteger(channel) || channel < 1 || channel > channels) return null;
  const bytes = bytesOf(set.bytes);
  for (const { at, stride = 0, value } of set.patches) {
    const place = at + stride * (channel - 1);
    if (place < bytes.length) bytes[place] = byteFor(value, order, channels);
  }
  return { send: set.send, bytes };
}

/** Which channels are on by what the board answers; `null` when it does not tell or the answer is too short. */
export function channelsOn(
  { channels, state }: Pick<RelayProfile, "channels" | "state">,
  frames: Frames,
): ReadonlySet<number> | null {
  if (state === null) return null;
  const byte = frames[state.of]?.[state.at];
  if (byte === undefined) return null;
  return new Set(numbered(channels).filter((channel) => hasBit(byte, channel) !== (state.inverted ?? false)));
}

const bitOf = (channel: number): number => 1 << (channel - 1);
const hasBit = (byte: number, channel: number): boolean => (byte & bitOf(channel)) !== 0;
const numbered = (channels: number): number[] => Array.from({ length: channels }, (_, index) => index + 1);

function byteFor(value: Patch["value"], { channel, on, board }: RelayOrder, channels: number): number {
  if ("on" in value) return one(on ? value.on : value.off);
  if ("channel" in value) {
    const number = channel * (value.times ?? 1) + (value.plus ?? 0);
    return (number + (on && value.whenOn !== undefined ? one(value.whenOn) : 0)) & 0xff;
  }
  const meant = numbered(channels).filter((each) => {
    if (value.bits === "this") return each === channel;
    return board.has(each) === (value.bits === "on");
  });
  const bits = meant.reduce((sum, each) => sum | bitOf(each), 0);
  return (value.inverted === true ? ~bits : bits) & 0xff;
}

const one = (hex: string): number => bytesOf(hex)[0] ?? 0;
