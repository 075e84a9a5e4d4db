import { once } from "node:events";
import { connect } from "node:net";
import { Readable, Writable } from "node:stream";
import { milliseconds } from "@wardkey/protocol";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type ApiServer, closeApiServer, createApiServer, listenOn } from "./api-server.js";
import { Refusal } from "./problem.js";

const USUAL_MS = 300;
let server: ApiServer;
let port: number;
let logged: string[];

async function fileRoute(url: string, bodyWithin: number): Promise<void> {
  server.route({
    method: "POST",
    url,
    schema: { response: { 200: z.strictObject({ bytes: z.number() }) } },
    config: { access: { role: "operator" }, bodyWithin: milliseconds(bodyWithin) },
    handler: async ({ body }) => {
      if (!(body instanceof Readable)) throw new Refusal(415, "unsupported-media-type");
      let bytes = 0;
      for await (const chunk of body as AsyncIterable<Uint8Array>) bytes += chunk.length;
      return { bytes };
    },
  });
}

beforeEach(async () => {
  logged = [];
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      logged.push(chunk.toString("utf8"));
      done();
    },
  });
  server = await createApiServer({
    logger: pino({ level: "info" }, sink),
    offers: () => true,
    authorize: async ({ headers }) => {
      if (headers.authorization === undefined) throw new Refusal(401, "sign-in-needed");
    },
    requestTimeoutMs: USUAL_MS,
  });
  server.addContentTypeParser("text/csv", (_request, payload, done) => done(null, payload));
  await fileRoute("/long", 60_000);
  await fileRoute("/short", 3 * USUAL_MS);
  port = await listenOn(server, { host: "127.0.0.1", port: 0, key: "port" });
});
afterEach(() => closeApiServer(server));

/** Sends `of` bytes of a body that says it has 40, one every 30 ms; tells all that was answered until the connection ended. */
async function trickle(path: string, { of, signedIn = true }: { of: number; signedIn?: boolean }): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  const heard: string[] = [];
  socket.on("data", (chunk) => heard.push(chunk.toString())).on("error", () => undefined);
  await once(socket, "connect");
  const who = signedIn ? "Authorization: Bearer x\r\n" : "";
  const form = "Content-Type: text/csv\r\nContent-Length: 40\r\nConnection: close\r\n";
  socket.write(`POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${who}${form}\r\n`);
  let sent = 0;
  const drip = setInterval(() => {
    sent += 1;
    socket.write("x");
    if (sent === of) clearInterval(drip);
  }, 30);
  await new Promise((resolve) => socket.on("close", resolve));
  clearInterval(drip);
  return heard.join("");
}

describe("a body that comes slowly", () => {
  it("is waited for where its route takes large files", async () => {
    const answer = await trickle("/long", { of: 40 });
    expect([answer.slice(0, 12), answer.endsWith('{"bytes":40}')]).toEqual(["HTTP/1.1 200", true]);
  });

  it("is waited for no longer than its route says, and told why not", async () => {
    const [head = "", body = ""] = (await trickle("/short", { of: 20 })).split("\r\n\r\n");
    expect(head).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\nContent-Type: application\/problem\+json\r\n/);
    expect(JSON.parse(body)).toEqual({
      type: "urn:wardkey:problem:request-timeout",
      title: "The request did not arrive in time: nothing of it was done",
      status: 408,
      code: "request-timeout",
    });
    expect(logged.join("")).toContain('"code":"request-unfinished"');
    expect(logged.join("")).not.toContain('"level":50');
  });

  it("of a stranger is refused at once, and not read for longer than any other", async () => {
    const answer = await trickle("/long", { of: 20, signedIn: false });
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 401"]);
  });
});

describe("what never becomes a request", () => {
  it.each([
    ["no HTTP", "\0\0GARBAGE\r\n\r\n", 400, "malformed"],
    ["headers without end", `GET / HTTP/1.1\r\nX: ${"x".repeat(20_000)}\r\n\r\n`, 431, "too-large"],
    ["headers that never end", "GET / HTTP/1.1\r\nX: ", 408, "request-timeout"],
  ])("is refused like every other: %s", async (_what, bytes, status, code) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    let heard = "";
    socket.on("data", (chunk) => {
      heard += chunk.toString();
    });
    await new Promise((resolve) => socket.on("close", resolve).on("error", () => undefined));
    expect(heard.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
    expect(JSON.parse(heard.split("\r\n\r\n")[1] ?? "")).toMatchObject({ status, code });
  });
});
