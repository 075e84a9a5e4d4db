import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Visitor } from "@wardkey/fleet-server/testing/visitor";
import { timeFirstPage } from "./console-bench/first-page.js";
import type { FromServer, ToServer } from "./console-bench/messages.js";
import { timeNudges } from "./console-bench/nudges.js";
import { listQueries, timeQueries } from "./console-bench/queries.js";
import { startLine } from "./fleet-bench/child.js";

/** `npm run bench -- console`: the console and its lists over a large simulated site in the embedded database, on loopback. */

const options = {
  json: { type: "boolean", default: false },
  devices: { type: "string", default: "10000" },
  people: { type: "string", default: "5000" },
  events: { type: "string", default: "1000000" },
  turns: { type: "string", default: "30" },
  nudges: { type: "string", default: "100" },
  pages: { type: "string", default: "7" },
} as const;

const FILL_WITHIN_MS = 1_800_000;
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Resolves with the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options, strict: true });
  const amount = { devices: Number(values.devices), people: Number(values.people), events: Number(values.events) };
  const folder = await mkdtemp(join(tmpdir(), "wardkey-bench-console-"));
  const server = startLine<ToServer, FromServer>("../console-bench/server.js", [folder]);
  try {
    const { url, setupUrl } = await server.next("ready", 60_000);
    const visitor = new Visitor(() => new URL(url).origin);
    await visitor.register(new URL(setupUrl).hash.replace("#set-up=", ""), "bench-admin");
    say("console: making a large simulated site");
    const filled = await server.ask({ type: "fill", ...amount }, "filled", FILL_WITHIN_MS);
    // Making it may have taken longer than a session lasts unused.
    await visitor.signIn();
    const { body } = await visitor.call("GET", "/v1/staff?limit=1");
    const staffId = String((body["people"] as { staffId: string }[])[0]?.staffId);
    say("console: asking its lists");
    const lists = await timeQueries(visitor, listQueries(Date.now(), staffId), Number(values.turns));
    say(`  ${JSON.stringify(lists)}`);
    say("console: nudging");
    const nudges = await timeNudges(await server.ask({ type: "kiosk" }, "kiosk", 30_000), Number(values.nudges));
    say("console: opening its first page in headless Chromium");
    const firstPage = await timeFirstPage({ url, cookie: visitor.cookie ?? "", turns: Number(values.pages) });
    const result = {
      ...{ devices: amount.devices, people: amount.people, events: filled.events, filledInSeconds: filled.seconds },
      firstPageMs: firstPage.p50,
      firstPage,
      listQueryMs: lists.all,
      lists: lists.each,
      nudgeMs: nudges,
      node: process.version,
      cores: 2,
    };
    process.stdout.write(`${values.json ? JSON.stringify(result) : JSON.stringify(result, null, 2)}\n`);
    return 0;
  } finally {
    await server.end({ type: "stop" });
    await rm(folder, { recursive: true, force: true });
  }
}
