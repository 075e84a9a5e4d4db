import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import type { FastifyBaseLogger } from "fastify";
import { type ApiServer, createApiServer, portOf } from "./api-server.js";
import { consoleAuthorize, type Identify } from "./console-access.js";
import { type ProblemTitles, Refusal } from "./problem.js";

const LOOPBACK = ["127.0.0.1", "::1"];
const CALLS_PER_ACCOUNT = 1_200;

export interface ConsoleServerParts {
  readonly logger: FastifyBaseLogger;
  readonly titles: ProblemTitles;
  readonly identify: Identify;
  readonly pageToken: string;
  /** What administrators open, `https://wardkey.example:443`; without it, loopback: `http://localhost:{port}`. */
  readonly publicUrl?: string | undefined;
  /** Of the TLS proxy in front; with a `publicUrl` and without these, one on this machine. */
  readonly trustedProxies?: readonly string[] | undefined;
}

/** Where the console's pages come from; only known once the server listens. */
export function consoleOrigins(server: ApiServer, publicUrl: string | undefined): readonly string[] {
  const port = portOf(server);
  const loopback = [`http://localhost:${port}`, `http://127.0.0.1:${port}`];
  return publicUrl === undefined ? loopback : [new URL(publicUrl).origin, ...loopback];
}

/** The console's and administrators' listener: its policy for pages, its cookies, its access. Routes follow. */
export async function createConsoleServer(parts: ConsoleServerParts): Promise<ApiServer> {
  const { publicUrl } = parts;
  const secure = publicUrl?.startsWith("https:") ?? false;
  const own: { server: ApiServer | null } = { server: null };
  const authorize = consoleAuthorize({
    identify: parts.identify,
    pageToken: parts.pageToken,
    secure,
    origins: () => (own.server === null ? [] : consoleOrigins(own.server, publicUrl)),
  });
  const server = await createApiServer({
    logger: parts.logger,
    titles: parts.titles,
    ...(publicUrl === undefined ? {} : { trustedProxies: parts.trustedProxies ?? LOOPBACK }),
    offers: (access) => access !== "device",
    authorize: async (request, access) => {
      await authorize(request, access);
      if (request.caller === null || request.caller.via.kind === "page") return;
      const verdict = await perAccount(request);
      if (!verdict.isAllowed && verdict.isExceeded) {
        throw new Refusal(429, "rate-limited", { retryAfterMs: verdict.ttl });
      }
    },
    hosts: (port) => [
      `localhost:${port}`,
      `127.0.0.1:${port}`,
      ...(publicUrl === undefined ? [] : [new URL(publicUrl).host]),
    ],
  });
  own.server = server;
  const perAccount = server.createRateLimit({
    max: CALLS_PER_ACCOUNT,
    timeWindow: "1 minute",
    keyGenerator: (request) => request.caller?.administrator.id ?? request.ip,
  });
  await server.register(cookie);
  await server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
        objectSrc: ["'none'"],
        requireTrustedTypesFor: ["'script'"],
        trustedTypes: ["'none'"],
      },
    },
    referrerPolicy: { policy: "no-referrer" },
    strictTransportSecurity: secure ? { maxAge: 31_536_000 } : false,
  });
  return server;
}
