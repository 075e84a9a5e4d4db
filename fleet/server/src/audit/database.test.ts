import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { minutes } from "@wardkey/protocol";
import sqlite3 from "sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sqliteDatabase } from "../platform/sql/testing/test-database.js";
import { createTreeHeads, type TreeHeads, verifyArchive, verifyDatabase, writeArchive } from "./index.js";
import { SimulatedKeys } from "./measuring/simulated-keys.js";
import { DeviceJournal, journalOf, NOW, TestAudit } from "./testing/test-audit.js";

let test: TestAudit;
let keys: SimulatedKeys;
let journal: DeviceJournal;
beforeEach(async () => {
  keys = await SimulatedKeys.make(NOW);
  test = await TestAudit.make({ trust: () => keys.trust }, sqliteDatabase);
  journal = new DeviceJournal();
  for (let round = 0; round < 60; round += 1) {
    await test.audit.ingest("bed-7", journalOf(...journal.grow(5)));
    if (round % 20 === 19) await headsOf(test).renew();
  }
});
afterEach(() => test.remove());

const failures: unknown[] = [];
const headsOf = ({ store, audit }: TestAudit): TreeHeads =>
  createTreeHeads({
    store,
    proofs: audit.proofs,
    now: () => NOW,
    sign: keys.signHead,
    every: minutes(1),
    onFailed: (error) => failures.push(error),
  });
const path = (): string => (test.test.target.kind === "sqlite" ? test.test.target.path : "");
const found = async (): Promise<unknown[]> =>
  (await verifyDatabase({ path: path(), trust: keys.trust, threads: 0 })).findings.map(
    ({ code, source, seq, leaf }) => [...[code, source, seq, leaf]],
  );
const tamper = (sql: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const database = new sqlite3.Database(path());
    database.exec(sql, (error) => database.close(() => (error ? reject(error) : resolve())));
  });

describe("the server's own file, verified read only", () => {
  it("holds while the server goes on writing", async () => {
    const writing = Promise.all(
      Array.from({ length: 20 }, () => test.audit.ingest("bed-7", journalOf(...journal.grow(5)))),
    );
    const report = await verifyDatabase({ path: path(), trust: keys.trust, threads: 0 });
    await writing;
    expect(report).toMatchObject({ ok: true, sources: 1, head: { size: 300 } });
  });

  const changes: readonly [string, string, unknown[]][] = [
    ["edited", "UPDATE journal_entries SET at = at + 1 WHERE seq = 120", [["entry-altered", "bed-7", 120, 119]]],
    [
      "given another body",
      `UPDATE journal_entries SET body = '{"x":1}' WHERE seq = 120`,
      [
        ["entry-refused", "bed-7", 120, 119],
        ["entry-altered", "bed-7", 120, 119],
      ],
    ],
    [
      "made another's",
      "UPDATE journal_entries SET source = 'bed-8' WHERE seq = 120",
      [
        ["entry-missing", "bed-7", 120, 120],
        ["entry-missing", "bed-8", 1, 119],
      ],
    ],
    [
      "cut in the middle",
      "DELETE FROM journal_entries WHERE seq = 120",
      [
        ["entry-missing", "", 0, 119],
        ["entry-missing", "bed-7", 120, 120],
      ],
    ],
    [
      "cut at its end",
      "DELETE FROM journal_entries WHERE seq > 290",
      [
        ["tail-cut", "", 0, 290],
        ["tail-cut", "bed-7", 291, 290],
      ],
    ],
    [
      "cut at its end with the log's own numbers",
      "DELETE FROM journal_entries WHERE seq > 290; DELETE FROM journal_heads; UPDATE log_state SET size = 290",
      [
        ["tail-cut", "", 0, 290],
        ["log-altered", "", 0, 290],
      ],
    ],
  ];
  for (const [how, sql, expected] of changes) {
    it(`shows what was ${how}`, async () => {
      await test.audit.close();
      await tamper(sql);
      expect(await found()).toEqual(expected);
    });
  }

  it("refuses a file that is none", async () => {
    await expect(verifyDatabase({ path: "/nowhere/site.db", trust: keys.trust, threads: 0 })).rejects.toMatchObject({
      code: "database-unreachable",
    });
  });
});

describe("signed heads of the log", () => {
  it("grow, and are the same until something comes", async () => {
    const heads = headsOf(test);
    const told: number[] = [];
    heads.onHead(({ size }) => told.push(size));
    const before = await heads.current();
    expect(await heads.renew()).toEqual(before);
    await test.audit.append("server.stopped", {});
    expect(await heads.renew()).toMatchObject({ size: 301 });
    expect(told).toEqual([301]);
    await test.restart();
    expect(await headsOf(test).renew()).toMatchObject({ size: 301 });
  });

  it("are never signed over a log that is not the one that was signed", async () => {
    for (const sql of [
      "UPDATE tree_heads SET root = iif(substr(root, 1, 1) = 'A', 'B', 'A') || substr(root, 2) WHERE size = 300",
      "UPDATE log_state SET size = 256, peaks = substr(peaks, 1, 32); DELETE FROM journal_entries WHERE leaf >= 256",
    ]) {
      await test.audit.close();
      await tamper(sql);
      await test.restart();
      await test.audit.append("server.started", { version: "0.1.0" });
      await expect(headsOf(test).renew()).rejects.toMatchObject({ code: "tree-head-contradicted" });
    }
    expect((await headsOf(test).current())?.size).toBe(300);
  });

  it("raise an alarm when events that no tile holds yet were changed while the server stood still", async () => {
    await tamper("UPDATE journal_entries SET at = at + 1 WHERE seq = 290");
    await test.restart();
    await test.audit.append("server.started", { version: "0.1.0" });
    expect(test.alarms).toEqual([{ source: "wardkey-fleet", code: "stored-log-altered", seq: 0 }]);
  });
});

describe("an archive by somebody who cannot sign", () => {
  it("ends at the newest head that is kept, and holds", async () => {
    const { audit, store } = test;
    await audit.ingest("bed-7", journalOf(...journal.grow(4)));
    const { jws, id } = await keys.signCheckpoint("bed-7", { seq: 304, head: journal.head });
    await audit.ingest("bed-7", { v: 1, id, at: NOW, kind: "checkpoint", body: { statement: jws } });
    const folder = await mkdtemp(join(tmpdir(), "wardkey-archive-"));
    const kept = await store.newestTreeHead();
    if (kept === null) throw new Error("no head");
    const heads = { renew: async () => kept };
    const of = { site: "st-mary", certificates: keys.trust.roots, now: () => NOW };
    expect(await writeArchive({ store, heads, folder, ...of })).toMatchObject({ size: 300 });
    expect(await verifyArchive({ folder, trust: keys.trust, threads: 0 })).toMatchObject({ ok: true, events: 300 });
    await expect(writeArchive({ store, heads, folder, ...of })).rejects.toMatchObject({ code: "archive-exists" });
    await rm(folder, { recursive: true });
  });
});

describe("a device's signed checkpoint", () => {
  const send = async (
    device: string,
    body: { seq: number; head: string },
    as = device,
    later = 0,
  ): Promise<unknown> => {
    const { jws, id } = await keys.signCheckpoint(as, body, minutes(later));
    test.now = NOW;
    const ack = await test.audit.ingest(device, { v: 1, id, at: NOW, kind: "checkpoint", body: { statement: jws } });
    return ack.refusal;
  };

  it("is kept when it agrees, and asked for again when its entries have not arrived", async () => {
    expect(await send("bed-7", { seq: 300, head: journal.head })).toBe(null);
    expect(await send("bed-7", { seq: 301, head: journal.head })).toEqual({ code: "checkpoint-ahead", seq: 301 });
    expect(await test.store.checkpoints("", "", 10)).toMatchObject([{ device: "bed-7", seq: 300, code: null }]);
    expect(test.alarms).toEqual([]);
  });

  it("raises an alarm, once, when it contradicts the stored chain or falls behind an earlier one", async () => {
    const [, , third] = new DeviceJournal().grow(3);
    const other = { seq: 3, head: third?.hash ?? "" };
    for (let time = 0; time < 2; time += 1)
      expect(await send("bed-7", other)).toEqual({ code: "checkpoint-contradicted", seq: 3 });
    const [newest] = await test.store.held("bed-7", [200], []);
    expect(await send("bed-7", { seq: 300, head: journal.head })).toBe(null);
    test.now = NOW;
    expect(await send("bed-7", { seq: 200, head: newest?.hash ?? "" }, "bed-7", 1)).toEqual({
      code: "journal-cut",
      seq: 200,
    });
    expect(test.alarms).toEqual([
      { source: "bed-7", code: "checkpoint-contradicted", seq: 3 },
      { source: "bed-7", code: "journal-cut", seq: 200 },
    ]);
  });

  it("is nobody else's, and of no other site", async () => {
    const body = { seq: 300, head: journal.head };
    expect(await send("bed-7", body, "bed-8")).toEqual({ code: "statement-signature", seq: 0 });
    const own = keys;
    keys = await SimulatedKeys.make(NOW);
    const { jws, id } = await keys.signCheckpoint("bed-7", body);
    keys = own;
    const stranger = { v: 1, id, at: NOW, kind: "checkpoint", body: { statement: jws } } as const;
    expect((await test.audit.ingest("bed-7", stranger)).refusal).toEqual({ code: "certificate-untrusted", seq: 0 });
    expect(test.alarms).toEqual([]);
  });
});
