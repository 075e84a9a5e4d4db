import { randomUUID } from "node:crypto";
import { createServer as createPlainServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer, type ServerOptions as SecureServerOptions } from "node:https";
import rateLimit from "@fastify/rate-limit";
import { codeOf, WardkeyError } from "@wardkey/protocol";
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  LogController,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
} from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import type { Access } from "./access.js";
import { bodyDeadlines, LONGEST_BODY } from "./body-deadline.js";
import { registerOpenApi } from "./openapi.js";
import { adviceFor, type ProblemTitles, platformProblemTitles, problemOf, Refusal } from "./problem.js";
import { refuseOnSocket, socketProblems } from "./socket-problem.js";

/** Routes are declared with zod schemas and with `config: { access }`. */
export type ApiServer = FastifyInstance<
  Server,
  RawRequestDefaultExpression<Server>,
  RawReplyDefaultExpression<Server>,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Lets a request through or throws its refusal; may set `request.caller`. Runs before a byte of the body is read. */
export type Authorize = (request: FastifyRequest, access: Access) => Promise<void>;

export interface ApiServerParts {
  readonly logger: FastifyBaseLogger;
  readonly authorize: Authorize;
  /** Which accesses make sense on this listener; any other is refused at registration. */
  readonly offers: (access: Access) => boolean;
  readonly titles?: ProblemTitles;
  /** `host:port` that the server answers to; without it, to every name. */
  readonly hosts?: (port: number) => readonly string[];
  readonly tls?: SecureServerOptions;
  readonly bodyLimit?: number;
  readonly callsPerMinute?: number;
  /** Addresses whose word for where a request comes from is taken (`X-Forwarded-For`). */
  readonly trustedProxies?: readonly string[];
  /** A request that trickles in is cut: headers and body within this, or within its route's `config.bodyWithin`. */
  readonly requestTimeoutMs?: number;
}

const BODY_LIMIT = 256 * 1024;
const CALLS_PER_MINUTE = 6_000;
const REQUEST_TIMEOUT = 10_000;
/** Four for each device of a large site. Without a bound strangers could use up the process's files, the database's too. */
const MOST_CONNECTIONS = 20_000;

/**
 * The frame of both HTTP listeners: zod schemas, access control, refusals in problem+json (RFC 9457), limits. A route
 * without `config.access` fails at its registration: `route-without-access`.
 */
export async function createApiServer(parts: ApiServerParts): Promise<ApiServer> {
  const titles = parts.titles ?? platformProblemTitles;
  const { tls } = parts;
  const within = parts.requestTimeoutMs ?? REQUEST_TIMEOUT;
  // Node looks only every 30 s whether a request takes too long.
  const checked = { connectionsCheckingInterval: Math.min(1_000, within) };
  // Node would wait two minutes for a handshake that a stranger never begins.
  const handshake = { handshakeTimeout: within };
  const onSocket = socketProblems(titles);
  const bodies = bodyDeadlines(within, (socket) => refuseOnSocket(socket, onSocket.timeout));
  const server: ApiServer = fastify({
    serverFactory: (handler: RequestListener): Server => {
      const bounded: RequestListener = (request, response) => {
        bodies.begin(request, response);
        handler(request, response);
      };
      const made =
        tls === undefined
          ? createPlainServer(checked, bounded)
          : createSecureServer({ ...tls, ...checked, ...handshake }, bounded);
      made.maxConnections = MOST_CONNECTIONS;
      made.requestTimeout = Math.max(within, LONGEST_BODY);
      made.headersTimeout = within;
      made.keepAliveTimeout = within;
      made.setTimeout(3 * within);
      return made;
    },
    loggerInstance: parts.logger,
    // Fastify's own lines would show addresses with their queries; ours below show the route.
    logController: new LogController({ disableRequestLogging: true }),
    // An id of the caller's choosing could forge a log line.
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    bodyLimit: parts.bodyLimit ?? BODY_LIMIT,
    trustProxy: parts.trustedProxies === undefined ? false : [...parts.trustedProxies],
    clientErrorHandler: (error, socket) => onSocket.answer(error, socket),
    forceCloseConnections: "idle",
    onProtoPoisoning: "error",
    onConstructorPoisoning: "error",
    routerOptions: { maxParamLength: 200 },
  }).withTypeProvider<ZodTypeProvider>();
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  server.removeContentTypeParser("text/plain");
  server.decorateRequest("caller", null);

  await registerOpenApi(server);
  server.addHook("onRoute", ({ config, method, url }) => {
    const access = config?.access;
    if (access === undefined || !parts.offers(access)) {
      throw new WardkeyError("route-without-access", `${String(method)} ${url} does not say who may call it here`);
    }
  });
  // RFC 9110 7.4: a page of another site that resolved its own name to this address is misdirected here.
  server.addHook("onRequest", async (request) => {
    if (parts.hosts === undefined) return;
    if (!parts.hosts(portOf(server)).includes(request.headers.host ?? "")) throw new Refusal(421, "wrong-host");
  });
  await server.register(rateLimit, {
    max: parts.callsPerMinute ?? CALLS_PER_MINUTE,
    timeWindow: "1 minute",
    errorResponseBuilder: (_request, context) => new Refusal(429, "rate-limited", { retryAfterMs: context.ttl }),
  });
  server.addHook("onRequest", async (request) => {
    const access = request.routeOptions.config.access;
    if (access !== undefined) await parts.authorize(request, access);
    const { bodyWithin } = request.routeOptions.config;
    if (bodyWithin !== undefined) bodies.extend(request.raw, bodyWithin);
  });
  server.addHook("onSend", async (request, reply) => {
    if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
    reply.header("x-request-id", request.id);
  });
  server.addHook("onResponse", async (request, reply) => {
    const line = { method: request.method, route: request.routeOptions.url ?? null, status: reply.statusCode };
    request.log.debug({ ...line, by: byOf(request), ms: Math.round(reply.elapsedTime) }, "answered");
  });
  server.setErrorHandler(async (error, request, reply) => {
    const problem = problemOf(error, titles);
    const line = { code: problem.code, route: request.routeOptions.url ?? null, status: problem.status };
    const by = byOf(request);
    if (reply.raw.destroyed && !request.raw.complete) {
      // Who went away in the middle of a body, or was cut off, made no mistake of ours.
      request.log.info({ ...line, by, status: null, code: "request-unfinished" }, "refused");
    } else if (problem.status >= 500) {
      request.log.error(
        { ...line, by, cause: codeOf(error), advice: adviceFor(error), frames: framesOf(error) },
        "failed",
      );
    } else request.log.info({ ...line, by }, "refused");
    if (typeof problem["retryAfterMs"] === "number") {
      reply.header("retry-after", Math.ceil(problem["retryAfterMs"] / 1_000));
    }
    // A plain string passes by the route's response schema.
    return reply
      .code(problem.status)
      .type("application/problem+json")
      .serializer((body: string) => body)
      .send(JSON.stringify(problem));
  });
  server.setNotFoundHandler(() => {
    throw new Refusal(404, "not-found");
  });
  return server;
}

/** Listens and tells the port. Refuses with `port-in-use`, which names the key that changes it. */
export async function listenOn(server: ApiServer, at: { host: string; port: number; key: string }): Promise<number> {
  try {
    await server.listen({ host: at.host, port: at.port });
  } catch (error) {
    if (codeOf(error) !== "EADDRINUSE") throw error;
    throw new WardkeyError(
      "port-in-use",
      `port ${at.port} is in use: choose another with the configuration key "${at.key}", or 0 for any free one`,
      { cause: error },
    );
  }
  return portOf(server);
}

/** Closes within `deadlineMs`: answers what is under way, then cuts what is left. */
export async function closeApiServer(server: ApiServer, deadlineMs = 2_000): Promise<void> {
  const cut = setTimeout(() => server.server.closeAllConnections(), deadlineMs);
  try {
    await server.close();
  } finally {
    clearTimeout(cut);
  }
}

export function portOf(server: ApiServer): number {
  const address = server.server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

const byOf = (request: FastifyRequest): string | null => request.caller?.administrator.id ?? null;

/** Where it failed, without the error's message: that may quote what was sent. */
function framesOf(error: unknown): string[] {
  const lines = error instanceof Error ? (error.stack ?? "").split("\n") : [];
  return lines.filter((line) => line.startsWith("    at ")).slice(0, 6);
}
