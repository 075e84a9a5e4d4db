import { randomBytes } from "node:crypto";
import { createServer as createTcpServer, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import type { Clock } from "@wardkey/protocol";
import type { BrokerLimits } from "../limits.js";
import { KeyedBuckets, TokenBucket } from "../token-bucket.js";

export interface TlsMaterial {
  /** PEM. */
  readonly key: string;
  /** PEM, leaf first, with what is between it and the root. */
  readonly cert: string;
}

const peerOf = (socket: Socket): string => `${socket.remoteAddress} ${socket.remotePort}`;

/** Long enough for a device's reconnects of a shift; a denial ends them all at once by new ticket keys. */
const SESSION_SECONDS = 3_600;
const TICKET_KEY_BYTES = 48;
const MOST_ADDRESSES = 20_000;

export interface TlsListener {
  readonly port: number;
  renew(tls: TlsMaterial): void;
  /** Whoever tries to resume a session from before this makes a whole handshake. */
  forgetSessions(): void;
  /** This socket no longer counts as one that has not proved who it is. */
  proved(socket: TLSSocket): void;
  sweep(): void;
  stop(): Promise<void>;
}

/**
 * TLS 1.3 with a client certificate, judged by whoever takes the socket. What is over a limit is dropped before a
 * handshake costs anything.
 */
export async function listenTls(parts: {
  tls: TlsMaterial;
  host: string;
  port: number;
  limits: BrokerLimits;
  clock: Clock;
  onSocket(socket: TLSSocket): void;
  onRefused(code: "connect-rate" | "broker-full"): void;
}): Promise<TlsListener> {
  const { limits, clock } = parts;
  const all = new TokenBucket(limits.connects.all, clock.monotonic());
  const addresses = new KeyedBuckets(limits.connects.address, MOST_ADDRESSES);
  const sockets = new Set<Socket>();
  const unproved = new Set<string>();

  const secure = createTlsServer({
    key: parts.tls.key,
    cert: parts.tls.cert,
    minVersion: "TLSv1.3",
    requestCert: true,
    // The gate judges: it knows more than one root, late renewals and denials, and it judges resumed sessions too.
    rejectUnauthorized: false,
    ticketKeys: randomBytes(TICKET_KEY_BYTES),
    sessionTimeout: SESSION_SECONDS,
    handshakeTimeout: limits.handshakeMs,
  });
  const tcp = createTcpServer({ noDelay: true });

  const refusal = (socket: Socket): "connect-rate" | "broker-full" | undefined => {
    if (sockets.size >= limits.connections || unproved.size >= limits.unauthenticated) return "broker-full";
    const now = clock.monotonic();
    if (!addresses.take(socket.remoteAddress ?? "", now) || !all.take(now)) return "connect-rate";
    return undefined;
  };
  tcp.on("connection", (socket) => {
    const refused = refusal(socket);
    if (refused !== undefined) {
      socket.resetAndDestroy();
      parts.onRefused(refused);
      return;
    }
    const peer = peerOf(socket);
    sockets.add(socket);
    unproved.add(peer);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => {
      sockets.delete(socket);
      unproved.delete(peer);
    });
    secure.emit("connection", socket);
  });
  secure.on("tlsClientError", (_error, socket) => {
    socket.destroy();
  });
  secure.on("secureConnection", (socket) => {
    parts.onSocket(socket);
  });

  await new Promise<void>((resolve, reject) => {
    tcp.once("error", reject);
    tcp.listen(parts.port, parts.host, resolve);
  });
  const address = tcp.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : parts.port,
    renew: ({ key, cert }) => secure.setSecureContext({ key, cert, minVersion: "TLSv1.3" }),
    forgetSessions: () => secure.setTicketKeys(randomBytes(TICKET_KEY_BYTES)),
    proved: (socket) => {
      unproved.delete(peerOf(socket));
    },
    sweep: () => addresses.sweep(clock.monotonic()),
    stop: async () => {
      const closed = new Promise<void>((resolve) => tcp.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
