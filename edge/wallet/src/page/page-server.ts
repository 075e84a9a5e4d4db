import type { Server } from "node:http";
import fastifyStatic from "@fastify/static";
import { codeOf, WardkeyError } from "@wardkey/protocol";
import { PHONE_SOCKET_PATH } from "@wardkey/protocol/phone";
import fastify from "fastify";
import { type PageCommands, PageSockets } from "./page-sockets.js";

const LOOPBACK = "127.0.0.1";

const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "connect-src 'self' ws:",
  "img-src 'self' blob:",
  "media-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin-allow-popups",
  "cross-origin-resource-policy": "same-origin",
  // The camera reads a kiosk's code; nothing else is asked of the browser.
  "permissions-policy": "camera=(self), microphone=(), geolocation=()",
};

export interface PageServerInput {
  port: number;
  pageDir: string;
  token: string;
  commands: PageCommands;
  report(code: string): void;
}

export interface PageServer {
  readonly url: string;
  readonly port: number;
  /** Sends the newest view to every page; many changes at once make one message. */
  changed(): void;
  stop(): Promise<void>;
}

/**
 * The phone's screen on loopback: its files, and the WebSocket they speak over. Refuses with `port-in-use`.
 * A Host that is not this loopback address is refused, so that no name made to point here can read the page.
 */
export async function startPageServer(input: PageServerInput): Promise<PageServer> {
  const http = fastify({ logger: false, bodyLimit: 1024, forceCloseConnections: true, requestTimeout: 10_000 });
  const hosts = new Set<string>();

  http.addHook("onRequest", async (request, reply) => {
    reply.headers(HEADERS);
    if (!hosts.has(request.headers.host ?? "")) {
      await reply.code(421).header("cache-control", "no-store").send({ code: "wrong-host" });
    }
  });
  await http.register(fastifyStatic, {
    root: input.pageDir,
    cacheControl: false,
    setHeaders: (reply, path) => {
      const lasting = /[/\\]assets[/\\]/.test(path);
      reply.setHeader("cache-control", lasting ? "public, max-age=31536000, immutable" : "no-store");
    },
  });
  http.setNotFoundHandler((_request, reply) =>
    reply.code(404).header("cache-control", "no-store").send({ code: "not-found" }),
  );
  http.setErrorHandler((error, _request, reply) => {
    input.report(codeOf(error));
    const status =
      typeof error === "object" && error !== null && "statusCode" in error ? Number(error.statusCode) : 500;
    return reply.code(status >= 400 && status < 500 ? status : 500).send({ code: "unexpected" });
  });

  const sockets = new PageSockets(input);
  await listen(http, input.port);
  const port = boundPort(http.server);
  for (const name of [LOOPBACK, "localhost"]) hosts.add(`${name}:${port}`);
  http.server.on("upgrade", (request, socket, head) => {
    const { host = "", origin } = request.headers;
    const path = request.url?.split("?", 1)[0];
    // A program of this machine sends no Origin; a page of another site always does.
    const allowed = hosts.has(host) && (origin === undefined || origin === `http://${host}`);
    if (path === PHONE_SOCKET_PATH && allowed) sockets.accept(request, socket, head);
    else socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  });

  return {
    url: `http://${LOOPBACK}:${port}/`,
    port,
    changed: () => sockets.changed(),
    async stop() {
      sockets.close();
      await http.close();
    },
  };
}

async function listen(
  http: { listen(options: { host: string; port: number }): Promise<string> },
  port: number,
): Promise<void> {
  try {
    await http.listen({ host: LOOPBACK, port });
  } catch (error) {
    if (codeOf(error) !== "EADDRINUSE") throw error;
    throw new WardkeyError(
      "port-in-use",
      `port ${port} is taken: set "port" in the configuration to another, or to 0`,
      {
        cause: error,
      },
    );
  }
}

function boundPort(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new WardkeyError("unexpected", "no address was bound");
  return address.port;
}
