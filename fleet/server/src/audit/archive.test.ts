import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { minutes, seconds } from "@wardkey/protocol";
import { rootOf } from "@wardkey/protocol/fleet/merkle";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTreeHeads, hasWorkers, type VerifyReport, verifyArchive, writeArchive } from "./index.js";
import { SimulatedKeys } from "./measuring/simulated-keys.js";
import { DeviceJournal, journalOf, NOW, TestAudit } from "./testing/test-audit.js";

let test: TestAudit;
let keys: SimulatedKeys;
let root: string;
let archive: string;
let copies = 0;
const journals = new Map<string, DeviceJournal>();

beforeAll(async () => {
  keys = await SimulatedKeys.make(NOW);
  test = await TestAudit.make({ trust: () => keys.trust });
  root = await mkdtemp(join(tmpdir(), "wardkey-archive-"));
  archive = join(root, "whole");
  const { audit, store } = test;
  const heads = createTreeHeads({
    store,
    proofs: audit.proofs,
    now: () => test.now,
    sign: keys.signHead,
    every: minutes(1),
    onFailed: (error) => expect(error).toBe(undefined),
  });
  await audit.append("server.started", { version: "0.1.0" });
  for (const device of ["bed-7", "bed-8", "bed-9"]) journals.set(device, new DeviceJournal());
  for (let round = 0; round < 4; round += 1) {
    for (const [device, journal] of journals) {
      const body = { reason: "walked-away", metres: 3.4 };
      await audit.ingest(device, journalOf(...journal.grow(3), journal.append("session.locked", body)));
      const checkpoint = await keys.signCheckpoint(device, { seq: journal.seq, head: journal.head }, seconds(round));
      const message = {
        v: 1,
        id: checkpoint.id,
        at: NOW,
        kind: "checkpoint",
        body: { statement: checkpoint.jws },
      } as const;
      test.now = NOW;
      expect((await audit.ingest(device, message)).refusal).toBe(null);
    }
    await heads.renew();
  }
  await audit.ingest("bed-7", journalOf(...(journals.get("bed-7")?.grow(2) ?? [])));
  await writeArchive({
    store,
    heads,
    folder: archive,
    site: "st-mary",
    certificates: keys.trust.roots,
    now: () => NOW,
  });
});
afterAll(async () => {
  await test.remove();
  await rm(root, { recursive: true, force: true });
});

let folder: string;
beforeEach(async () => {
  folder = join(root, `copy-${copies++}`);

  await cp(archive, folder, { recursive: true });
});

const verify = (known: { size: number; root: Uint8Array }[] = []): Promise<VerifyReport> =>
  verifyArchive({ folder, trust: keys.trust, threads: 0, known });
const found = async (): Promise<unknown[]> =>
  (await verify()).findings.map(({ code, source, seq, leaf }) => [code, source, seq, leaf]);
const EVENTS = "events-00000.ndjson";
type Line = { leaf: number; source: string; seq: number; at: number; hash: string };
const readLines = async (file = EVENTS): Promise<Line[]> =>
  (await readFile(join(folder, file), "utf8"))
    .trimEnd()
    .split("\n")
    .map((line): Line => JSON.parse(line));
const writeLines = (lines: readonly unknown[], file = EVENTS): Promise<void> =>
  writeFile(join(folder, file), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));

describe("a whole site verified from files alone", () => {
  it("holds when nothing was changed", async () => {
    const report = await verify();
    expect(report).toMatchObject({ ok: true, site: "st-mary", events: 51, sources: 4, size: 51, findings: [] });
    expect(report.head).toMatchObject({ size: 51, root: report.root });
  });

  it("says whose root is needed: another site's, or another root, verifies nothing", async () => {
    const other = await SimulatedKeys.make(NOW);
    const strange = await verifyArchive({ folder, trust: other.trust, threads: 0 });
    expect([...new Set(strange.findings.map(({ code }) => code))]).toEqual(["tree-head-refused", "checkpoint-refused"]);
    expect(strange.head).toBe(null);
    expect(strange.ok).toBe(false);
    const misnamed = await verifyArchive({ folder, trust: { ...keys.trust, site: "st-anna" }, threads: 0 });
    expect(misnamed.findings.map(({ code, file }) => [code, file])).toEqual([["file-malformed", "manifest.json"]]);
  });

  it("names an altered event, in the middle and at the end of its chain", async () => {
    const lines = await readLines();
    for (const [source, seq] of [
      ["bed-8", 5],
      ["bed-8", 16],
      ["bed-7", 1],
    ] as const) {
      const altered = lines.map((line) =>
        line.source === source && line.seq === seq ? { ...line, at: line.at + 1 } : line,
      );
      await writeLines(altered);
      const leaf = lines.findIndex((line) => line.source === source && line.seq === seq);
      expect(await found()).toEqual([["entry-altered", source, seq, leaf]]);
    }
  });

  it("tells an altered hash from an altered event", async () => {
    const lines = await readLines();
    const flip = (line: Line): Line => ({
      ...line,
      hash: line.hash.replace(/^./, (first) => (first === "A" ? "B" : "A")),
    });
    await writeLines(lines.map((line) => (line.source === "bed-8" && line.seq === 6 ? flip(line) : line)));
    const leaf = lines.findIndex((line) => line.source === "bed-8" && line.seq === 6);
    expect(await found()).toEqual([["hash-altered", "bed-8", 6, leaf]]);
  });

  it("names a row that was cut, with the log's gap and the chain's", async () => {
    const lines = await readLines();
    const leaf = lines.findIndex((line) => line.source === "bed-9" && line.seq === 3);
    await writeLines(lines.filter((_, at) => at !== leaf));
    expect(await found()).toEqual([
      ["entry-missing", "", 0, leaf],
      ["entry-missing", "bed-9", 3, leaf + 1],
    ]);
  });

  it("finds a cut tail, at every length", async () => {
    const lines = await readLines();
    for (let length = 0; length < lines.length; length += 7) {
      await writeLines(lines.slice(0, length));
      expect((await found())[0]).toEqual(["tail-cut", "", 0, length]);
    }
  });

  it("finds events that changed places, renumbered or not", async () => {
    const lines = await readLines();
    const swapped = [...lines];
    const [one, other] = [lines[1], lines[5]];
    if (one === undefined || other === undefined) throw new Error("no lines");
    [swapped[1], swapped[5]] = [other, one];
    await writeLines(swapped);
    expect((await found())[0]).toEqual(["entry-missing", "", 0, 1]);
    [swapped[1], swapped[5]] = [
      { ...other, leaf: 1 },
      { ...one, leaf: 5 },
    ];
    await writeLines(swapped);
    expect(await found()).toContainEqual(["entry-misplaced", "bed-7", 1, 5]);
    // Two chains interleaved otherwise: only the log's order is another, and the first signed head says so.
    const first = lines.findIndex(
      (line, at) => lines[at + 1] !== undefined && line.source !== lines[at + 1]?.source && at > 1,
    );
    const [left, right] = [lines[first], lines[first + 1]];
    if (left === undefined || right === undefined) throw new Error("no lines");
    const turned = [...lines];
    [turned[first], turned[first + 1]] = [
      { ...right, leaf: first },
      { ...left, leaf: first + 1 },
    ];
    await writeLines(turned);
    expect(await found()).toEqual([["log-rewritten", "", 0, 13]]);
  });

  it("finds a journal that was rewritten and chained anew, by log and checkpoint", async () => {
    const lines = await readLines();
    const rewritten = new DeviceJournal();
    await writeLines(
      lines.map((line) => {
        if (line.source !== "bed-7") return line;
        const event = line.seq === 2 ? rewritten.append("camera.lost") : rewritten.append();
        return { leaf: line.leaf, source: line.source, ...event };
      }),
    );
    const codes = (await verify()).findings.map(({ code, source, seq }) => [code, source, seq]);
    expect(codes).toEqual([4, 8, 12, 16].map((seq) => ["checkpoint-contradicted", "bed-7", seq]));
    // The fleet's own chain has no checkpoint: the log alone shows it.
    await writeLines(
      lines.map((line) => (line.leaf === 0 ? { leaf: 0, source: line.source, ...rewrittenStart() } : line)),
    );
    expect(await found()).toEqual([["log-rewritten", "", 0, 13]]);
  });

  it("shows a fork when the head that a kiosk remembers meets it", async () => {
    const { root: real } = await verify();
    if (real === null) throw new Error("no root");
    expect((await verify([{ size: 51, root: Buffer.from(real, "base64url") }])).ok).toBe(true);
    const forked = await verify([{ size: 51, root: rootOf([]) }]);
    expect(forked.findings.map(({ code, leaf }) => [code, leaf])).toEqual([
      ["log-rewritten", 51],
      ["tree-forked", 51],
    ]);
    const longer = await verify([{ size: 60, root: rootOf([]) }]);
    expect(longer.ok).toBe(false);
  });

  it("finds every byte that is changed, in each of its files", async () => {
    const all = process.env["WARDKEY_CAMPAIGN"] === "1";
    for (const file of await readdir(folder)) {
      const whole = await readFile(join(folder, file));
      const step = all ? 1 : file === "manifest.json" ? 3 : Math.max(1, Math.floor(whole.length / 220));
      for (let at = 0; at < whole.length; at += step) {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 7));
        await writeFile(join(folder, file), bytes);
        if ((await verify()).ok) expect([file, at, whole.subarray(at - 20, at + 20).toString()]).toEqual([]);
      }
      await writeFile(join(folder, file), whole);
    }
    expect((await verify()).ok).toBe(true);
  });

  it("finds every file that is missing, cut or added", async () => {
    for (const file of await readdir(folder)) {
      const whole = await readFile(join(folder, file));
      for (const length of [0, 1, Math.floor(whole.length / 2), whole.length - 1]) {
        await truncate(join(folder, file), length);
        expect([file, length, (await verify()).ok]).toEqual([file, length, false]);
        await writeFile(join(folder, file), whole);
      }
      await rm(join(folder, file));
      expect([file, (await verify()).ok]).toEqual([file, false]);
      await writeFile(join(folder, file), whole);
    }
    await writeFile(join(folder, "events-00001.ndjson"), "{}\n");
    expect((await verify()).findings).toMatchObject([{ code: "file-malformed", file: "events-00001.ndjson" }]);
  });

  it("says the same from threads", async () => {
    if (!hasWorkers()) return;
    const threaded = await verifyArchive({ folder, trust: keys.trust, threads: 2 });
    expect(threaded).toEqual(await verify());
  });
});

function rewrittenStart(): object {
  return new DeviceJournal().append("server.started", { version: "0.1.1" });
}
