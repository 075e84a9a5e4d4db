import { randomBytes } from "node:crypto";
import { Server as SecureServer } from "node:https";
import { TLSSocket } from "node:tls";
import { type Clock, minutes, WardkeyError } from "@wardkey/protocol";
import type { FastifyBaseLogger, FastifyRequest } from "fastify";
import type { Admission, Gate, PeerCertificate } from "../broker/port.js";
import { type ApiServer, closeApiServer, createApiServer, listenOn } from "./api-server.js";
import { createDeviceLimit } from "./device-limit.js";
import { type ProblemTitles, Refusal } from "./problem.js";

/** A device that the gate let in with this request. */
export type DeviceCaller = Omit<Extract<Admission, { ok: true }>, "ok">;

interface TlsContext {
  /** PEM. */
  readonly key: string;
  /** PEM: the certificate with its chain. */
  readonly cert: string;
  /** Authorities whose client certificates are asked for. */
  readonly ca: readonly string[];
}

export interface DeviceServerParts {
  readonly tls: { current(): TlsContext; onRenewed(listener: (context: TlsContext) => void): () => void };
  readonly gate: Pick<Gate, "admit">;
  readonly logger: FastifyBaseLogger;
  readonly clock: Pick<Clock, "monotonic">;
  readonly titles?: ProblemTitles;
  readonly bodyLimit?: number;
  readonly callsPerMinuteAndDevice?: number;
}

/** HTTPS for devices. Routes declare `config: { access: "device" }`, or `"public"` where a caller needs no certificate. */
export interface DeviceServer {
  readonly http: ApiServer;
  /** Of a route for devices: admitted with this very request. */
  callerOf(request: FastifyRequest): DeviceCaller;
  /** What the caller presented, judged by nobody; `null` for nothing. */
  peerOf(request: FastifyRequest): PeerCertificate | null;
  /** No TLS session from before is resumed any more: for when somebody was denied. */
  rotateTicketKeys(): void;
  /** Answers `https://host:port`. */
  listen(at: { host: string; port: number }): Promise<string>;
  close(): Promise<void>;
}

const TICKET_KEY_BYTES = 48;
/** One address may stand for a whole ward behind a router. */
const CALLS_PER_MINUTE_AND_ADDRESS = 60_000;
const CALLS_PER_MINUTE_AND_DEVICE = 600;

/**
 * TLS takes every client certificate and the gate judges it at every request: a connection that lives for hours, or a
 * session that was resumed without presenting a certificate (RFC 8446 2.2), ends with the denial of its device.
 */
export async function createDeviceServer(parts: DeviceServerParts): Promise<DeviceServer> {
  const callers = new WeakMap<FastifyRequest, DeviceCaller>();
  const peers = new WeakMap<TLSSocket, PeerCertificate | null>();
  const limit = createDeviceLimit({
    calls: parts.callsPerMinuteAndDevice ?? CALLS_PER_MINUTE_AND_DEVICE,
    within: minutes(1),
    clock: parts.clock,
  });

  const peerOf = (request: FastifyRequest): PeerCertificate | null => {
    const { socket } = request.raw;
    if (!(socket instanceof TLSSocket)) return null;
    // TLS 1.3 without post-handshake authentication: a connection's certificate never changes.
    const known = peers.get(socket);
    if (known !== undefined) return known;
    const certificate = socket.getPeerX509Certificate();
    const peer = certificate === undefined ? null : { certificate: certificate.raw, resumed: socket.isSessionReused() };
    peers.set(socket, peer);
    return peer;
  };

  const http = await createApiServer({
    logger: parts.logger,
    tls: secureOptions(parts.tls.current()),
    offers: (access) => access === "device" || access === "public",
    callsPerMinute: CALLS_PER_MINUTE_AND_ADDRESS,
    ...(parts.titles === undefined ? {} : { titles: parts.titles }),
    ...(parts.bodyLimit === undefined ? {} : { bodyLimit: parts.bodyLimit }),
    authorize: async (request, access) => {
      if (access !== "device") return;
      const peer = peerOf(request);
      if (peer === null) throw new Refusal(401, "certificate-missing");
      const admission = await parts.gate.admit(peer);
      if (!admission.ok) throw new Refusal(403, admission.code);
      const { ok: _ok, ...caller } = admission;
      const retryAfterMs = limit.take(caller.device);
      if (retryAfterMs > 0) throw new Refusal(429, "rate-limited", { retryAfterMs });
      callers.set(request, caller);
    },
  });
  const secure = secureServerOf(http);
  const renewed = parts.tls.onRenewed((context) => secure.setSecureContext(secureOptions(context)));

  return {
    http,
    callerOf(request) {
      const caller = callers.get(request);
      if (caller === undefined) throw new WardkeyError("caller-unchecked", "the route's access is not for devices");
      return caller;
    },
    peerOf,
    rotateTicketKeys: () => secure.setTicketKeys(randomBytes(TICKET_KEY_BYTES)),
    async listen({ host, port }) {
      const taken = await listenOn(http, { host, port, key: "ports.devices" });
      return `https://${host.includes(":") ? `[${host}]` : host}:${taken}`;
    },
    async close() {
      renewed();
      await closeApiServer(http);
    },
  };
}

const secureOptions = ({ key, cert, ca }: TlsContext) => ({
  key,
  cert,
  ca: [...ca],
  requestCert: true,
  rejectUnauthorized: false,
  minVersion: "TLSv1.3" as const,
});

function secureServerOf(http: ApiServer): SecureServer {
  const { server } = http;
  if (server instanceof SecureServer) return server;
  throw new WardkeyError("tls-missing", "the device server must speak TLS");
}
