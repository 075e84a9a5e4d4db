import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import { codeOf, WardkeyError } from "@wardkey/protocol";
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import type { z } from "zod";
import { adviceFor, type ProblemTitles, platformProblemTitles, problemOf, Refusal } from "./problem.js";

const TITLES: ProblemTitles = {
  ...platformProblemTitles,
  "bootstrap-token-refused": "The bootstrap token is wrong or was used before",
  "enrolment-superseded": "This person was enrolled anew or denied meanwhile",
  "enrolment-unknown": "This kiosk began no such enrolment",
  "enrolment-used": "This enrolment already gave its credential",
  "enrolment-expired": "The enrolment took too long: begin again",
  "event-body-refused": "An event carries a key or value that its kind does not allow",
  "event-kind-unknown": "The site knows no such kind of event",
  "holder-key-invalid": "The phone's key is not a P-256 public key",
  "holder-key-known": "This phone's key already holds a credential",
  "journal-fork": "The journal differs from the one that this site holds",
  "journal-gap": "An earlier event is missing",
  "journal-hash-mismatch": "An event does not continue the hash chain",
  "journal-regression": "The sequence of events goes backwards",
  "kiosk-already-enrolled": "Another key was enrolled under this kiosk's id: deny the old kiosk, or choose another id",
  "kiosk-denied": "This kiosk was cut off by the site",
  "kiosk-token-refused": "The kiosk token is missing or wrong",
  "operator-code-locked": "Too many wrong operator codes: wait",
  "operator-code-wrong": "The operator code is wrong",
  "reader-key-invalid": "The reader key is not a P-256 public key",
  "staff-denied": "This person was cut off by the site",
  "staff-unknown": "The site knows no such person",
};

const LOOPBACK = "127.0.0.1";
const BODY_LIMIT = 512 * 1024;
/** Every call from this machine shares one address; a kiosk needs about ten a second at most. */
const CALLS_PER_MINUTE = 6_000;

export type HttpServer = FastifyInstance;

/** A fastify server that answers on loopback only, to its own name only, and refuses in problem+json. */
export async function createHttpServer(logger: FastifyBaseLogger): Promise<HttpServer> {
  const server: HttpServer = fastify({
    loggerInstance: logger,
    // Fastify's own lines would show addresses with their queries; ours below show the route.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    requestTimeout: 10_000,
    connectionTimeout: 30_000,
    keepAliveTimeout: 10_000,
    forceCloseConnections: "idle",
    onProtoPoisoning: "error",
    onConstructorPoisoning: "error",
  });
  server.removeContentTypeParser("text/plain");
  server.addHook("onRequest", async (request) => {
    if (!isOwnHost(request.headers.host, server)) throw new Refusal(421, "wrong-host");
  });
  server.addHook("onSend", async (_request, reply) => {
    if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
  });
  server.addHook("onResponse", async (request, reply) => {
    const line = { method: request.method, route: request.routeOptions.url ?? null, status: reply.statusCode };
    request.log.debug({ ...line, ms: Math.round(reply.elapsedTime) }, "answered");
  });
  server.setErrorHandler(async (error, request, reply) => {
    const problem = problemOf(error, TITLES);
    const line = { code: problem.code, route: request.routeOptions.url ?? null, status: problem.status };
    if (problem.status >= 500)
      request.log.error({ ...line, cause: codeOf(error), advice: adviceFor(error), frames: framesOf(error) }, "failed");
    else request.log.info(line, "refused");
    if (typeof problem["retryAfterMs"] === "number") {
      reply.header("retry-after", Math.ceil(problem["retryAfterMs"] / 1_000));
    }
    return reply.code(problem.status).type("application/problem+json").send(JSON.stringify(problem));
  });
  server.setNotFoundHandler(() => {
    throw new Refusal(404, "not-found");
  });
  await server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
        objectSrc: ["'none'"],
      },
    },
    referrerPolicy: { policy: "no-referrer" },
    // Loopback has no TLS: mutual TLS comes with the fleet server.
    strictTransportSecurity: false,
  });
  await server.register(rateLimit, {
    max: CALLS_PER_MINUTE,
    timeWindow: "1 minute",
    errorResponseBuilder: (_request, context) => new Refusal(429, "rate-limited", { retryAfterMs: context.ttl }),
  });
  return server;
}

/** Listens and tells the port. Refuses with `port-in-use`, which names the key that changes it. */
export async function listen(server: HttpServer, port: number): Promise<number> {
  try {
    await server.listen({ host: LOOPBACK, port });
  } catch (error) {
    if (codeOf(error) !== "EADDRINUSE") throw error;
    throw new WardkeyError(
      "port-in-use",
      `port ${port} is in use: choose another with the configuration key "port", or 0 for any free one`,
      { cause: error },
    );
  }
  return portOf(server);
}

/** Closes within `deadlineMs`: answers what is under way, then cuts what is left. */
export async function closeHttpServer(server: HttpServer, deadlineMs = 2_000): Promise<void> {
  const cut = setTimeout(() => server.server.closeAllConnections(), deadlineMs);
  try {
    await server.close();
  } finally {
    clearTimeout(cut);
  }
}

/** `value` as `schema` reads it, else a refusal that names the wrong keys and never their values. */
export function parse<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const keys = parsed.error.issues.slice(0, 8).map((issue) => issue.path.join(".").slice(0, 80));
  throw new Refusal(400, "malformed", { keys });
}

function isOwnHost(host: string | undefined, server: HttpServer): boolean {
  const port = portOf(server);
  return host === `${LOOPBACK}:${port}` || host === `localhost:${port}`;
}

function portOf(server: HttpServer): number {
  const address = server.server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function framesOf(error: unknown): string[] {
  const lines = error instanceof Error ? (error.stack ?? "").split("\n") : [];
  return lines.filter((line) => line.startsWith("    at ")).slice(0, 6);
}
