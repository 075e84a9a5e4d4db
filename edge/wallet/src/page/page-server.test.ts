import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeOf } from "@wardkey/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { FRESH } from "../testing/views.js";
import { type PageCommand, type PageServer, startPageServer } from "./index.js";

const TOKEN = "r".repeat(43);

describe("the phone's page server", () => {
  let pageDir: string;
  let server: PageServer;
  let asked: PageCommand[];
  beforeAll(async () => {
    pageDir = await mkdtemp(join(tmpdir(), "wardkey-page-"));
    await writeFile(join(pageDir, "index.html"), "<!doctype html><title>phone</title>");
  });
  afterAll(() => rm(pageDir, { recursive: true, force: true }));
  beforeEach(async () => {
    asked = [];
    server = await startPageServer({
      port: 0,
      pageDir,
      token: TOKEN,
      report: () => undefined,
      commands: {
        view: () => FRESH,
        async perform(command) {
          asked.push(command);
          return command.type === "pocket" ? "no-simulated-room" : null;
        },
      },
    });
  });
  afterEach(() => server.stop());

  function connect(headers: Record<string, string> = {}): WebSocket {
    return new WebSocket(`ws://127.0.0.1:${server.port}/phone`, { headers });
  }

  /** What a page that says this hears, until it is closed or has heard enough. */
  async function talk(
    says: readonly (string | Buffer)[],
    messages = Number.POSITIVE_INFINITY,
  ): Promise<{ heard: unknown[]; closed: number | null }> {
    const socket = connect();
    const heard: unknown[] = [];
    return new Promise((resolve, reject) => {
      socket.on("error", reject);
      socket.on("open", () => {
        for (const one of says) socket.send(one);
      });
      socket.on("message", (data) => {
        heard.push(JSON.parse(String(data)));
        if (heard.length < messages) return;
        socket.terminate();
        resolve({ heard, closed: null });
      });
      socket.on("close", (code) => resolve({ heard, closed: code }));
    });
  }

  const hello = JSON.stringify({ type: "hello", token: TOKEN });

  it("shows the view to a page with the token, and does what it asks", async () => {
    const said = [hello, JSON.stringify({ type: "move", distance: 2 }), JSON.stringify({ type: "pocket", on: true })];
    const { heard } = await talk(said, 2);
    expect({ heard, asked }).toEqual({
      heard: [
        { type: "view", view: FRESH },
        { type: "refused", command: "pocket", code: "no-simulated-room" },
      ],
      asked: [
        { type: "move", distance: 2 },
        { type: "pocket", on: true },
      ],
    });
  });

  const wrong = JSON.stringify({ type: "hello", token: "w".repeat(43) });
  const refusals: ReadonlyArray<[what: string, says: (string | Buffer)[], closed: number]> = [
    ["three wrong tokens", [wrong, wrong, wrong], 4401],
    ["a command before the token", [JSON.stringify({ type: "delete-template" })], 4401],
    ["no token at all", [], 4401],
    ["what is not JSON", [hello, "{"], 4400],
    ["what is not a message", [hello, "[]"], 4400],
    ["a message that does not exist", [hello, JSON.stringify({ type: "export-template" })], 4400],
    ["a member too many", [hello, JSON.stringify({ type: "pocket", on: true, force: true })], 4400],
    ["a distance that is none", [hello, JSON.stringify({ type: "move", distance: 1e9 })], 4400],
    ["bytes", [hello, Buffer.from([1, 2, 3])], 4400],
    ["8 KiB and one byte", [hello, " ".repeat(8 * 1024 + 1)], 4400],
    ["more than a page ever says", [hello, " ".repeat(100 * 1024)], 1009],
  ];
  for (const [what, says, closed] of refusals) {
    it(`closes with ${closed} after ${what}, and asks nothing of the wallet`, async () => {
      const talked = await talk(says);
      expect([talked.closed, asked]).toEqual([closed, []]);
    });
  }

  it("lets a wrong token be followed by the right one", async () => {
    const { heard } = await talk([wrong, wrong, hello], 1);
    expect(heard).toEqual([{ type: "view", view: FRESH }]);
  });

  const doors: ReadonlyArray<[what: string, headers: Record<string, string>, open: boolean]> = [
    ["a page of another site", { origin: "https://evil.example" }, false],
    ["a page of another port", { origin: "http://127.0.0.1:1" }, false],
    ["a page in a sandbox", { origin: "null" }, false],
    ["a name made to point here", { host: "evil.example" }, false],
    ["a program of this machine", {}, true],
  ];
  for (const [what, headers, opens] of doors) {
    it(`${opens ? "opens" : "does not open"} its socket to ${what}`, async () => {
      const socket = connect(headers);
      const opened = await new Promise((resolve) => {
        socket.on("open", () => resolve(true));
        socket.on("error", () => resolve(false));
      });
      socket.terminate();
      expect(opened).toBe(opens);
    });
  }

  it("serves the page under a strict policy, and keeps nothing of it", async () => {
    const answer = await fetch(server.url);
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect({
      status: answer.status,
      cache: answer.headers.get("cache-control"),
      sniff: answer.headers.get("x-content-type-options"),
      unsafe: policy.includes("unsafe"),
      scripts: policy.includes("default-src 'self'"),
    }).toEqual({ status: 200, cache: "no-store", sniff: "nosniff", unsafe: false, scripts: true });
  });

  it("serves nothing under a foreign name, and nothing beside the page", async () => {
    const status = (path: string, host = `127.0.0.1:${server.port}`): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        request({ port: server.port, host: "127.0.0.1", path, headers: { host } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        })
          .on("error", reject)
          .end();
      });
    expect([
      await status("/"),
      await status("/", "evil.example"),
      await status("/../../../../etc/passwd"),
      await status("/%2e%2e/%2e%2e/etc/passwd"),
      await status("/nothing"),
    ]).toEqual([200, 421, expect.any(Number), expect.any(Number), 404]);
    expect(
      [await status("/../../../../etc/passwd"), await status("/%2e%2e/%2e%2e/etc/passwd")].every(
        (code) => (code ?? 0) >= 400,
      ),
    ).toBe(true);
  });

  it("says which port is taken, and how to choose another", async () => {
    const second = startPageServer({
      port: server.port,
      pageDir,
      token: TOKEN,
      report: () => undefined,
      commands: { view: () => FRESH, perform: async () => null },
    });
    const error: unknown = await second.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect([codeOf(error), String(error)]).toEqual([
      "port-in-use",
      `WardkeyError: port ${server.port} is taken: set "port" in the configuration to another, or to 0`,
    ]);
  });

  it("cuts no more than the pages it can hold", async () => {
    const pages = Array.from({ length: 12 }, () => connect());
    const opened = await Promise.all(
      pages.map(
        (page) =>
          new Promise<boolean>((resolve) => {
            page.on("open", () => resolve(true));
            page.on("error", () => resolve(false));
          }),
      ),
    );
    for (const page of pages) page.terminate();
    expect(opened.filter(Boolean).length).toBe(8);
  });
});
