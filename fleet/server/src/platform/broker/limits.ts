import { MAX_UP_BYTES } from "@wardkey/protocol/fleet";
import type { Rate } from "./token-bucket.js";

export interface BrokerLimits {
  /** TCP connections at once, in whatever state. */
  readonly connections: number;
  /** Of them, those whose TLS handshake or CONNECT is not over. */
  readonly unauthenticated: number;
  readonly connects: { readonly all: Rate; readonly address: Rate; readonly device: Rate };
  readonly handshakeMs: number;
  /** From the end of the handshake to a whole CONNECT. */
  readonly connectMs: number;
  /** Seconds. */
  readonly keepalive: { readonly least: number; readonly most: number };
  readonly subscriptions: number;
  readonly payloadBytes: number;
  /** Messages of all devices whose handler runs at once; the others wait, and their sockets are not read. */
  readonly handling: number;
  /** How long a client may leave the broker's writes unread. */
  readonly drainMs: number;
  /** Packets that a client may send ahead of its CONNACK. */
  readonly earlyPackets: number;
  /** Last wills that an earlier run left are published after four of these, if their devices did not come back. */
  readonly heartbeatMs: number;
  /** How long `stop` waits for handlers. */
  readonly stopMs: number;
}

/** For one fleet server with some thousand devices, which may all come back at once after a power cut. */
export const DEFAULT_LIMITS: BrokerLimits = {
  connections: 10_000,
  unauthenticated: 500,
  connects: {
    all: { perSecond: 300, burst: 2_500 },
    address: { perSecond: 100, burst: 2_500 },
    device: { perSecond: 1, burst: 10 },
  },
  handshakeMs: 10_000,
  connectMs: 10_000,
  keepalive: { least: 5, most: 600 },
  subscriptions: 64,
  payloadBytes: MAX_UP_BYTES,
  handling: 2_000,
  drainMs: 20_000,
  earlyPackets: 20,
  heartbeatMs: 15_000,
  stopMs: 5_000,
};
