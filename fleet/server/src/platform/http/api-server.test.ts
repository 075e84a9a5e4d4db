import { request } from "node:http";
import { connect } from "node:net";
import { Writable } from "node:stream";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Access, administratorOf } from "./access.js";
import { type ApiServer, closeApiServer, createApiServer, listenOn } from "./api-server.js";
import { Refusal } from "./problem.js";

const SECRET = "CANARY-4711";
let server: ApiServer;
let logged: string[];
let port: number;

beforeEach(async () => {
  logged = [];
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      logged.push(chunk.toString("utf8"));
      done();
    },
  });
  server = await createApiServer({
    logger: pino({ level: "trace" }, sink),
    titles: { "thing-unknown": "The site knows no such thing", malformed: "Malformed", unexpected: "It failed" },
    offers: (access) => access === "public" || typeof access === "object",
    hosts: (own) => [`127.0.0.1:${own}`],
    authorize: async (asked, access) => {
      if (typeof access === "string") return;
      if (asked.headers.authorization === undefined) throw new Refusal(401, "sign-in-needed");
      asked.caller = {
        administrator: { id: "anna", name: "Anna", role: access.role },
        via: { kind: "token", id: "t" },
      };
    },
    callsPerMinute: 40,
    requestTimeoutMs: 300,
  });
  server.route({
    method: "POST",
    url: "/v1/things/:id",
    schema: {
      params: z.strictObject({ id: z.string().max(8) }),
      querystring: z.strictObject({ limit: z.coerce.number().int().max(9).default(3) }),
      body: z.strictObject({ name: z.string().max(40) }),
      response: { 200: z.strictObject({ by: z.string(), limit: z.number(), name: z.string().max(12) }) },
    },
    config: { access: { role: "operator" } },
    handler: async (asked) => {
      if (asked.params.id === "none") throw new Refusal(404, "thing-unknown");
      if (asked.params.id === "broken") throw new Error(SECRET);
      return { by: administratorOf(asked).name, limit: asked.query.limit, name: asked.body.name };
    },
  });
  port = await listenOn(server, { host: "127.0.0.1", port: 0, key: "port" });
});
afterEach(() => closeApiServer(server));

async function post(path: string, body: unknown, headers: Record<string, string> = { authorization: "Bearer x" }) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
}

describe("a route", () => {
  it("reads its parts by their schemas and knows who calls", async () => {
    const { status, body } = await post("/v1/things/a?limit=7", { name: "x" });
    expect([status, body]).toEqual([200, { by: "Anna", limit: 7, name: "x" }]);
  });

  const unfit: [string, Access | undefined][] = [
    ["says nothing about who may call it", undefined],
    ["belongs to the other listener", "device"],
  ];
  for (const [why, access] of unfit) {
    it(`that ${why} fails at its registration`, async () => {
      const config = access === undefined ? {} : { access };
      const other = await createApiServer({
        logger: pino({ level: "silent" }),
        authorize: async () => undefined,
        offers: (offered) => offered !== "device",
      });
      expect(() => other.route({ method: "GET", url: "/x", config, handler: async () => null })).toThrow(
        expect.objectContaining({ code: "route-without-access" }),
      );
      await other.close();
    });
  }

  it("refuses in problem+json and repeats nothing that was sent, neither to the caller nor to the log", async () => {
    const problem = (status: number, code: string, title: string, more: object = {}): unknown => ({
      ...{ type: `urn:wardkey:problem:${code}`, title, status, code },
      ...more,
    });
    const malformed = problem(400, "malformed", "Malformed");
    const cases: [string, string, unknown, unknown][] = [
      ["expected", "/v1/things/none", { name: "x" }, problem(404, "thing-unknown", "The site knows no such thing")],
      ["not JSON", "/v1/things/a", `{"${SECRET}`, malformed],
      ["wrong keys", "/v1/things/a", { [SECRET]: 1 }, problem(400, "malformed", "Malformed", { keys: ["name", ""] })],
      [
        "wrong query",
        `/v1/things/a?limit=${SECRET}`,
        { name: "x" },
        problem(400, "malformed", "Malformed", { keys: ["limit"] }),
      ],
      [
        "long parameter",
        `/v1/things/${SECRET}`,
        { name: "x" },
        problem(400, "malformed", "Malformed", { keys: ["id"] }),
      ],
      ["a handler that fails", "/v1/things/broken", { name: "x" }, problem(500, "unexpected", "It failed")],
      [
        "an answer unlike its schema",
        "/v1/things/a",
        { name: `${SECRET}${SECRET}` },
        problem(500, "unexpected", "It failed"),
      ],
      ["no such path", `/v1/${SECRET}`, {}, problem(404, "not-found", "not-found")],
      ["prototype", "/v1/things/a", '{"__proto__":{}}', malformed],
      ["too large", "/v1/things/a", { name: "x".repeat(300_000) }, problem(413, "too-large", "too-large")],
    ];
    for (const [name, path, body, expected] of cases) {
      const answer = await post(path, body);
      expect([name, answer.body]).toEqual([name, expected]);
      expect(answer.headers.get("content-type")).toContain("application/problem+json");
      expect(answer.headers.get("cache-control")).toBe("no-store");
    }
    expect(logged.join("")).not.toContain(SECRET);
  });

  it("refuses an unknown caller before it reads the body", async () => {
    const answer = await post("/v1/things/a", "{", {});
    expect([answer.status, answer.body["code"]]).toEqual([401, "sign-in-needed"]);
  });

  it("gives every answer the id under which the log tells of it, and takes none from the caller", async () => {
    const answer = await post(
      "/v1/things/none",
      { name: "x" },
      { authorization: "Bearer x", "x-request-id": "forged" },
    );
    const id = answer.headers.get("x-request-id") ?? "";
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(logged.filter((line) => line.includes(id)).length).toBeGreaterThan(0);
    expect(logged.join("")).not.toContain("forged");
  });

  it("slows down who asks without end", async () => {
    const answers: number[] = [];
    for (let call = 0; call < 41; call += 1) answers.push((await post("/v1/things/a", { name: "x" })).status);
    expect([answers.slice(0, 40).every((status) => status === 200), answers[40]]).toEqual([true, 429]);
  });

  it("answers to its own name alone", async () => {
    const status = await new Promise((resolve, reject) => {
      const asked = request(
        { host: "127.0.0.1", port, path: "/", headers: { host: `evil.example:${port}` } },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        },
      );
      asked.on("error", reject).end();
    });
    expect(status).toBe(421);
  });

  for (const [what, beginning] of [
    ["headers", "X-Slow: "],
    ["a body", "Content-Length: 90\r\nContent-Type: application/json\r\n\r\n{"],
  ] as const) {
    it(`cuts off who lets ${what} trickle in`, async () => {
      const head = `POST /v1/things/a HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer x\r\n`;
      const socket = connect(port, "127.0.0.1", () => socket.write(head + beginning));
      const heard: string[] = [];
      socket.on("data", (chunk) => heard.push(chunk.toString()));
      const drip = setInterval(() => socket.write("x"), 50);
      await new Promise((resolve) => socket.on("close", resolve).on("error", () => undefined));
      clearInterval(drip);
      expect(heard.join("")).toMatch(/^HTTP\/1.1 408 /);
      expect((await post("/v1/things/a", { name: "x" })).status).toBe(200);
    });
  }

  it("closes on who begins no TLS handshake, and bounds how many may stand there", async () => {
    const secure = await createApiServer({
      logger: pino({ level: "silent" }),
      authorize: async () => undefined,
      offers: () => true,
      tls: {},
      requestTimeoutMs: 300,
    });
    const at = await listenOn(secure, { host: "127.0.0.1", port: 0, key: "port" });
    const silent = connect(at, "127.0.0.1");
    await new Promise((resolve) => silent.on("close", resolve).on("error", () => undefined));
    expect(secure.server.maxConnections).toBe(20_000);
    await closeApiServer(secure);
  });

  it("refuses a request that is no HTTP, and goes on", async () => {
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => socket.write("\0\0GARBAGE\r\n\r\n"));
      let heard = "";
      socket.on("data", (chunk) => {
        heard += chunk.toString();
      });
      socket.on("close", () => resolve(heard)).on("error", reject);
    });
    expect(text.startsWith("HTTP/1.1 400")).toBe(true);
    expect((await post("/v1/things/a", { name: "x" })).status).toBe(200);
  });
});
