import { spawn } from "node:child_process";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Fleet } from "./fleet.js";
import { Visitor } from "./platform/auth/testing/visitor.js";
import { startQuietFleet } from "./testing/quiet-fleet.js";

const IS_CAMPAIGN = process.env["WARDKEY_CAMPAIGN"] === "1";
const ROWS = IS_CAMPAIGN ? 1_000_000 : 60_000;
/** 150 MiB, or 3. */
const WIDE_ROWS = IS_CAMPAIGN ? 1_000_000 : 20_000;
/** What may be held of a file, whatever its size; the picture of 20,000 assets with 100,000 connections is in it. */
const MOST_MEMORY = 128 * 1024 * 1024;
const SLOWEST_ANSWER_MS = 5_000;

let folder: string;
let fleet: Fleet;
let origin: string;
let officer: Visitor;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "wardkey-inventory-"));
  fleet = await startQuietFleet(folder);
  origin = new URL(fleet.url).origin;
  officer = new Visitor(() => origin);
  await officer.register(new URL(fleet.setupUrl ?? "").hash.replace("#set-up=", ""), "anna-admin");
});
afterAll(async () => {
  await fleet.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** `block` assets that are said again and again, each connected in cycles to `each` others. */
function* again(rows: number, { block = 5_000, each = 2, name = "" } = {}): Generator<Buffer> {
  const to = (index: number): string =>
    Array.from({ length: each }, (_, far) => `n${(index + 1 + far * 7) % block}`).join(";");
  const lines = Array.from({ length: block }, (_, index) => `n${index},device,${name},${to(index)}\n`);
  yield Buffer.from("id,kind,name,connects\n");
  const whole = Buffer.from(lines.join(""));
  let left = rows;
  for (; left >= block; left -= block) yield whole;
  yield Buffer.from(lines.slice(0, left).join(""));
}

function* others(rows: number): Generator<Buffer> {
  yield Buffer.from("id,kind\n");
  for (let from = 0; from < rows; from += 1_000) {
    yield Buffer.from(Array.from({ length: 1_000 }, (_, index) => `n${from + index},device\n`).join(""));
  }
}

function* spoiltAfter(rows: number): Generator<Buffer> {
  yield* again(rows);
  yield Buffer.from([0xff, 0xfe, 0x0a]);
  yield* again(5_000);
}

interface Sent {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Another process sends the file, as it does in life; `cutAfter`: its connection is lost after so many milliseconds. */
async function send(source: string, file: Iterable<Buffer>, cutAfter: number | null = null): Promise<Sent> {
  const path = join(folder, `${source}.csv`);
  await pipeline(Readable.from(file), createWriteStream(path));
  return sendFile(source, path, cutAfter);
}

async function sendFile(source: string, path: string, cutAfter: number | null = null): Promise<Sent> {
  const headers = {
    cookie: String(officer.cookie),
    origin,
    "sec-fetch-site": "same-origin",
    "content-type": "text/csv",
  };
  const said = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const slowly = cutAfter === null ? [] : ["--limit-rate", "200K"];
  const url = `${origin}/v1/risk/imports/${source}?what=inventory&dryRun=false`;
  const curl = spawn("curl", ["-sS", "-X", "POST", "-T", path, ...said, ...slowly, "-w", "\n%{http_code}", url], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const lost = cutAfter === null ? undefined : setTimeout(() => curl.kill("SIGKILL"), cutAfter);
  let text = "";
  curl.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  await new Promise((resolve, reject) => curl.once("close", resolve).once("error", reject));
  clearTimeout(lost);
  await rm(path);
  const [body = "", status = "0"] = text.split("\n");
  return { status: Number(status), body: body === "" ? {} : (JSON.parse(body) as Record<string, unknown>) };
}

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");
const LOOKS = 25;

/** Without what is only waiting to be thrown away. */
function held(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** What everybody else met meanwhile. */
async function meanwhile<T>(work: Promise<T>): Promise<{ done: T; answers: number; slowest: number; grown: number }> {
  let [isOn, answers, slowest, peak] = [true, 0, 0, 0];
  const before = held();
  const over = work.finally(() => {
    isOn = false;
  });
  while (isOn) {
    const at = performance.now();
    expect((await officer.call("GET", "/v1/risk/assets?limit=1")).status).toBe(200);
    slowest = Math.max(slowest, performance.now() - at);
    if (answers % LOOKS === 0) peak = Math.max(peak, held());
    answers += 1;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { done: await over, answers, slowest, grown: peak - before };
}

const picture = async () => ({
  sources: (await officer.call("GET", "/v1/risk/imports")).body,
  asset: (await officer.call("GET", "/v1/risk/asset?id=device:n7")).body,
  summary: { ...(await officer.call("GET", "/v1/risk/summary")).body, computedAt: null },
});

const took = (rows: number, assets: number, links: number): Sent => ({
  status: 200,
  body: {
    ...{ applied: true, rows, assets, links, duplicates: rows - assets, vulnerabilities: 0, unmatched: 0 },
    ...{ faultCount: 0, faults: [], replaces: null },
  },
});

describe(`an inventory of ${ROWS} rows over the console's own interface`, () => {
  it("with cycles and repetitions is taken in with its counts, while everybody else is answered", async () => {
    const { done, answers, slowest } = await meanwhile(send("cmdb", again(ROWS)));
    expect(done).toEqual(took(ROWS, 5_000, 10_000));
    expect(answers).toBeGreaterThan(3);
    expect(slowest).toBeLessThan(SLOWEST_ANSWER_MS);
    expect((await picture()).summary).toMatchObject({ assets: 5_001, links: 10_000 });
  });

  describe("that cannot be taken", () => {
    let before: Awaited<ReturnType<typeof picture>>;
    beforeEach(async () => {
      before = await picture();
    });

    it("because of its assets is refused with the bound and what to do, and changes nothing", async () => {
      const { status, body } = await send("other", others(ROWS));
      expect([status, body]).toEqual([
        400,
        {
          type: "urn:wardkey:problem:inventory-too-many-assets",
          title: expect.stringMatching(/more than 20,000 assets: nothing of it was taken\. Leave out/),
          ...{ status: 400, code: "inventory-too-many-assets", most: 20_000 },
        },
      ]);
      expect(await picture()).toEqual(before);
    });

    it("because of its connections or its last bytes is refused as well", async () => {
      const dense = await send("cmdb", again(ROWS, { block: 10_000, each: 11 }));
      expect(dense).toMatchObject({ status: 400, body: { code: "inventory-too-many-links", most: 100_000 } });
      const spoilt = await send("cmdb", spoiltAfter(ROWS));
      expect(spoilt).toMatchObject({ status: 400, body: { code: "csv-not-utf8" } });
      expect(await picture()).toEqual(before);
    });

    it("because its connection was lost leaves everything as it was", async () => {
      expect(await send("cmdb", again(ROWS), 1_500)).toEqual({ status: 0, body: {} });
      expect(await picture()).toEqual(before);
    });
  });
});

describe("the largest inventory", () => {
  it("is taken in, with as many assets and connections as may be, and flat memory", async () => {
    const file = again(WIDE_ROWS, { block: 20_000, each: 5, name: "x".repeat(115) });
    const { done, slowest, grown } = await meanwhile(send("wide", file));
    expect(done).toEqual(took(WIDE_ROWS, 20_000, 100_000));
    expect([slowest < SLOWEST_ANSWER_MS, grown < MOST_MEMORY]).toEqual([true, true]);
  });

  it("has 256 MiB: one that says it is larger is refused before it is read", async () => {
    const before = await picture();
    const path = join(folder, "huge.csv");
    await writeFile(path, "id,kind\n");
    await truncate(path, 300 * 1024 * 1024);
    expect(await sendFile("huge", path)).toMatchObject({
      ...{ status: 400, body: { code: "csv-too-large", most: 256 * 1024 * 1024 } },
    });
    expect(await picture()).toEqual(before);
  });
});
