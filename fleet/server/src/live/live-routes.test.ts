import { milliseconds } from "@wardkey/protocol";
import { LIVE_TOPICS, LiveMessage } from "@wardkey/protocol/fleet";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SimulatedTime } from "../devices/testing/simulated-time.js";
import { type ApiServer, closeApiServer, listenOn } from "../platform/http/api-server.js";
import { createConsoleServer } from "../platform/http/console-server.js";
import { platformProblemTitles } from "../platform/http/problem.js";
import { createLive, type Live, liveProblemTitles, liveRoutes } from "./index.js";

const PAGE_TOKEN = "page-token-of-the-test-1234567890abcdefghij";
let time: SimulatedTime;
let live: Live;
let server: ApiServer;
let url: string;
beforeEach(async () => {
  time = new SimulatedTime();
  const after = time.after.bind(time);
  live = createLive({ after, run: "run" });
  server = await createConsoleServer({
    logger: pino({ level: "silent" }),
    titles: { ...platformProblemTitles, ...liveProblemTitles },
    identify: async () => null,
    pageToken: PAGE_TOKEN,
  });
  liveRoutes(server, { live, after, most: 3 });
  url = `http://localhost:${await listenOn(server, { host: "127.0.0.1", port: 0, key: "port" })}/v1/live`;
});
afterEach(() => closeApiServer(server));

/** A page with its stream, read as a browser would. */
async function opened(headers: Record<string, string> = {}) {
  const response = await fetch(url, { headers: { authorization: `Bearer ${PAGE_TOKEN}`, ...headers } });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) throw new Error("an answer without a body");
  let read = "";
  return {
    response,
    /** Resolves with all that came once it holds `text`. */
    async until(text: string): Promise<string> {
      while (!read.includes(text)) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`ended before ${text}: ${read}`);
        read += value;
      }
      return read;
    },
    async ended(): Promise<string> {
      for (let next = await reader.read(); !next.done; next = await reader.read()) read += next.value;
      return read;
    },
    leave: () => reader.cancel(),
  };
}

describe("GET /v1/live", () => {
  it("is for who may read", async () => {
    const refused = await fetch(url);
    expect([refused.status, await refused.json()]).toMatchObject([401, { code: "sign-in-needed" }]);
  });

  it("names what changed, and nothing of it", async () => {
    const page = await opened();
    expect(page.response.headers.get("content-type")).toMatch(/^text\/event-stream/);
    expect(page.response.headers.get("cache-control")).toBe("no-store");
    await page.until('id: run-0\ndata: {"topics":[]}\n\n');
    live.tell("devices");
    const read = await page.until("run-1\n");
    const all = await page.until('"]}\n\n');
    const [, data = ""] = /run-1\ndata: (.*)\n/.exec(all) ?? [];
    expect(LiveMessage.parse(JSON.parse(data))).toEqual({ topics: ["devices"] });
    expect(read).toContain("retry: 2000\n\n");
    await page.leave();
  });

  it("tells a page that was away that anything may have changed, and one that missed nothing, nothing", async () => {
    live.tell("risk");
    const [away, near] = [await opened({ "last-event-id": "another-7" }), await opened({ "last-event-id": "run-1" })];
    expect(await away.until("]}")).toContain(JSON.stringify({ topics: LIVE_TOPICS }));
    expect(await near.until("]}")).toContain('id: run-1\ndata: {"topics":[]}');
    await Promise.all([away.leave(), near.leave()]);
  });

  it("breathes while nothing happens, and ends after ten minutes, so that who listens is asked again", async () => {
    const page = await opened();
    await page.until("run-0");
    await time.move(milliseconds(10_000));
    await page.until(": still here\n\n");
    await time.move(milliseconds(590_000));
    expect((await page.ended()).match(/still here/g)).toHaveLength(59);
  });

  it("does not hold the server up when it stops", async () => {
    const page = await opened();
    await page.until("run-0");
    const closing = closeApiServer(server, 60_000);
    await page.ended();
    await closing;
  });

  it("refuses one page more than it serves, which goes on by asking", async () => {
    const pages = await Promise.all(Array.from({ length: 3 }, () => opened()));
    await Promise.all(pages.map((page) => page.until("run-0")));
    const refused = await opened();
    expect([refused.response.status, await refused.ended()]).toMatchObject([503, expect.stringContaining("live-full")]);
    await Promise.all(pages.map((page) => page.leave()));
  });
});
