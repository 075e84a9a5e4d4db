import { WardkeyError } from "@wardkey/protocol";
import { pino } from "pino";
import { Registry } from "prom-client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ApiServer, createApiServer } from "../http/api-server.js";
import { healthRoutes, type ReadinessCheck } from "./health.js";
import { metricsRoute, observeHttp } from "./metrics.js";

const TOKEN = "metrics-token-1234567890";
let server: ApiServer;
let trouble: WardkeyError | null;

beforeEach(async () => {
  trouble = null;
  const registry = new Registry();
  const checks: ReadinessCheck[] = [
    {
      name: "database",
      check: async () => {
        if (trouble !== null) throw trouble;
      },
    },
    { name: "broker", check: async () => undefined },
  ];
  server = await createApiServer({
    logger: pino({ level: "silent" }),
    authorize: async () => undefined,
    offers: () => true,
  });
  observeHttp(server, { registry, listener: "console" });
  metricsRoute(server, { registry, token: TOKEN });
  healthRoutes(server, checks);
});
afterEach(() => server.close());

const ask = (url: string, from: { address?: string; headers?: Record<string, string> } = {}) =>
  server.inject({ url, remoteAddress: from.address ?? "127.0.0.1", headers: from.headers ?? {} });

describe("health", () => {
  it("says that it lives, and what it lacks when it is not ready", async () => {
    expect((await ask("/livez")).json()).toEqual({ ok: true });
    expect((await ask("/readyz")).statusCode).toBe(200);
    trouble = new WardkeyError("database-full", "a path that nobody outside has to know");
    const answer = await ask("/readyz");
    expect([answer.statusCode, answer.json()]).toEqual([
      503,
      {
        ready: false,
        checks: [
          { name: "database", ready: false, code: "database-full" },
          { name: "broker", ready: true, code: null },
        ],
      },
    ]);
    expect((await ask("/livez")).statusCode).toBe(200);
  });
});

describe("metrics", () => {
  it("count by route and status, never by address, query or person", async () => {
    await ask("/livez?who=CANARY");
    await ask("/CANARY");
    const text = (await ask("/metrics")).body;
    expect(text).toContain('wardkey_http_seconds_count{listener="console",method="GET",route="/livez",status="200"} 1');
    expect(text).toContain('wardkey_http_refusals_total{listener="console",status="404"} 1');
    expect(text).not.toContain("CANARY");
  });

  const visitors: [string, Parameters<typeof ask>[1], number][] = [
    ["this machine", {}, 200],
    ["this machine over IPv6", { address: "::1" }, 200],
    ["elsewhere", { address: "192.0.2.7" }, 403],
    ["elsewhere with the token", { address: "192.0.2.7", headers: { authorization: `Bearer ${TOKEN}` } }, 200],
    ["elsewhere with another token", { address: "192.0.2.7", headers: { authorization: `Bearer ${TOKEN}x` } }, 403],
    ["elsewhere through a proxy on this machine", { headers: { "x-forwarded-for": "192.0.2.7" } }, 403],
  ];
  for (const [who, from, status] of visitors) {
    it(`answer ${status} to ${who}`, async () => {
      expect((await ask("/metrics", from)).statusCode).toBe(status);
    });
  }
});
