import { Counter, collectDefaultMetrics, Histogram, type Registry } from "prom-client";
import type { ApiServer } from "../http/api-server.js";
import { bearerToken, sameSecret } from "../http/bearer.js";
import { Refusal } from "../http/problem.js";

const LOOPBACK = ["127.0.0.1", "::1", "::ffff:127.0.0.1"];

/** The process's own figures: memory, event loop, garbage collection. Called once for a registry. */
export const processMetrics = (registry: Registry): void => collectDefaultMetrics({ register: registry });

/** Counts and times every answer of `server` by route, never by address or person. */
export function observeHttp(server: ApiServer, about: { registry: Registry; listener: "console" | "device" }): void {
  const { registry, listener } = about;
  const known = registry.getSingleMetric("wardkey_http_seconds");
  const seconds =
    known instanceof Histogram
      ? known
      : new Histogram({
          name: "wardkey_http_seconds",
          help: "Time to answer, by listener, route and status",
          labelNames: ["listener", "method", "route", "status"],
          buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
          registers: [registry],
        });
  const refusals = registry.getSingleMetric("wardkey_http_refusals_total");
  const refused =
    refusals instanceof Counter
      ? refusals
      : new Counter({
          name: "wardkey_http_refusals_total",
          help: "Answers with a status of 400 and more, by listener and status",
          labelNames: ["listener", "status"],
          registers: [registry],
        });
  server.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "none";
    const status = String(reply.statusCode);
    seconds.observe({ listener, method: request.method, route, status }, reply.elapsedTime / 1_000);
    if (reply.statusCode >= 400) refused.inc({ listener, status });
  });
}

/** `/metrics` for who asks from this machine itself, or with the token; behind a proxy, with the token alone. */
export function metricsRoute(server: ApiServer, parts: { registry: Registry; token: string | null }): void {
  server.route({
    method: "GET",
    url: "/metrics",
    schema: { hide: true },
    config: { access: "public" },
    handler: async (request, reply) => {
      const given = bearerToken(request.headers.authorization);
      const isKnown = given !== null && parts.token !== null && sameSecret(given, parts.token);
      const isProxied = request.headers["x-forwarded-for"] !== undefined || request.headers.forwarded !== undefined;
      const isLocal = LOOPBACK.includes(request.socket.remoteAddress ?? "") && !isProxied;
      if (!isKnown && !isLocal) throw new Refusal(403, "access-refused");
      return reply.type(parts.registry.contentType).send(await parts.registry.metrics());
    },
  });
}
