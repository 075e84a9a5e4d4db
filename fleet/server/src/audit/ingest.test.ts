import { JournalHasher } from "@wardkey/protocol/fleet/journal-hash";
import { consistencyRanges, rootOf, verifyConsistency, verifyInclusion } from "@wardkey/protocol/fleet/merkle";
import sqlite3 from "sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sqliteDatabase } from "../platform/sql/testing/test-database.js";
import { durableOf } from "./index.js";
import { DeviceJournal, journalOf, TestAudit } from "./testing/test-audit.js";

let test: TestAudit;
let journal: DeviceJournal;
beforeEach(async () => {
  test = await TestAudit.make();
  journal = new DeviceJournal();
});
afterEach(() => test.remove());

const leavesOf = async (): Promise<Uint8Array[]> => {
  const hasher = new JournalHasher();
  return (await test.store.entries(0, 10_000, 10_000)).map((event) => {
    hasher.chain(event.hash, event);
    return Buffer.from(hasher.leaf(event.source, event.seq, event.hash), "binary");
  });
};

describe("what arrives from devices", () => {
  it("is acknowledged once it is stored, and is there after a restart", async () => {
    const events = journal.grow(3);
    expect(await test.audit.ingest("bed-7", journalOf(...events))).toEqual({
      seq: 3,
      head: journal.head,
      refusal: null,
    });
    const audit = await test.restart();
    expect(await audit.head("bed-7")).toEqual({ seq: 3, hash: journal.head });
    const more = journal.append();
    expect(await audit.ingest("bed-7", journalOf(more))).toEqual({ seq: 4, head: journal.head, refusal: null });
    expect((await audit.newest(10)).map(({ kiosk, seq }) => [kiosk, seq])).toEqual(
      [4, 3, 2, 1].map((seq) => ["bed-7", seq]),
    );
  });

  it("is stored once, however often, in whatever pieces and however closely it comes", async () => {
    const events = journal.grow(40);
    const pieces = [events.slice(0, 10), events.slice(5, 25), events.slice(0, 3), events.slice(25), events];
    const acks = await Promise.all(pieces.map((piece) => test.audit.ingest("bed-7", journalOf(...piece))));
    expect(acks.map(({ refusal }) => refusal)).toEqual([null, null, null, null, null]);
    expect(acks.at(-1)).toEqual({ seq: 40, head: journal.head, refusal: null });
    expect((await test.store.state()).size).toBe(40);
  });

  it("is one log of all devices, and every proof over it holds", async () => {
    const journals = Array.from({ length: 5 }, () => new DeviceJournal());
    for (let round = 0; round < 70; round += 1) {
      await Promise.all(journals.map((one, at) => test.audit.ingest(`bed-${at}`, journalOf(...one.grow(2)))));
      if (round === 33) await test.restart();
    }
    const leaves = await leavesOf();
    const { proofs } = test.audit;
    expect(await proofs.size()).toBe(700);
    for (const size of [1, 2, 255, 256, 257, 511, 512, 600, 700]) {
      expect(Buffer.from(await proofs.root(size)).toString("hex")).toBe(
        Buffer.from(rootOf(leaves.slice(0, size))).toString("hex"),
      );
    }
    for (const [index, size] of [
      [0, 700],
      [255, 256],
      [256, 700],
      [699, 700],
      [300, 513],
    ] as const) {
      const claim = {
        index,
        size,
        leaf: leaves[index] ?? new Uint8Array(),
        proof: await proofs.inclusion(index, size),
      };
      expect(verifyInclusion({ ...claim, root: await proofs.root(size) })).toBe(true);
    }
    for (const [first, second] of [
      [1, 700],
      [256, 512],
      [257, 700],
      [699, 700],
    ] as const) {
      const heads = { first, second, firstRoot: await proofs.root(first), secondRoot: await proofs.root(second) };
      const proof = await proofs.consistency(first, second);
      expect(proof.length).toBe(consistencyRanges(first, second).length);
      expect(verifyConsistency({ ...heads, proof })).toBe(true);
    }
    await expect(proofs.root(701)).rejects.toThrow(RangeError);
    expect((await test.audit.verify()).every(({ valid }) => valid)).toBe(true);
  });

  it("is refused where it does not continue the chain, and an alarm is raised once", async () => {
    await test.audit.ingest("bed-7", journalOf(...journal.grow(2)));
    const fork = journal.fork();
    await test.audit.ingest("bed-7", journalOf(...journal.grow(2)));
    const forked = fork.grow(1);
    for (let time = 0; time < 3; time += 1) {
      const ack = await test.audit.ingest("bed-7", journalOf(...forked));
      expect(ack).toEqual({ seq: 4, head: journal.head, refusal: { code: "journal-fork", seq: 3 } });
    }
    const gap = journal.fork();
    gap.append();
    expect((await test.audit.ingest("bed-7", journalOf(gap.append()))).refusal).toEqual({
      code: "journal-gap",
      seq: 6,
    });
    const forged = { ...journal.fork().append(), at: 1 };
    const mismatch = await test.audit.ingest("bed-7", journalOf(forged));
    expect(mismatch.refusal).toEqual({ code: "journal-hash-mismatch", seq: 5 });
    expect(test.alarms).toEqual([
      { source: "bed-7", code: "journal-fork", seq: 3 },
      { source: "bed-7", code: "journal-hash-mismatch", seq: 5 },
    ]);
    const own = (await test.audit.newest(10)).filter(({ kiosk }) => kiosk === "wardkey-fleet");
    expect(own.map(({ seq, kind, body }) => ({ seq, kind, body }))).toEqual([
      { seq: 2, kind: "audit.alarm", body: { device: "bed-7", code: "journal-hash-mismatch", seq: 5 } },
      { seq: 1, kind: "audit.alarm", body: { device: "bed-7", code: "journal-fork", seq: 3 } },
    ]);
    await test.restart();
    expect(await test.audit.chain("bed-7")).toMatchObject({ seq: 4, valid: false, broken: { code: "journal-fork" } });
    expect((await test.audit.ingest("bed-7", journalOf(journal.append()))).refusal).toBe(null);
  });

  it("is durable up to the first entry that was refused, and what is refused is not, however low its sequence", async () => {
    const [one, two, three, four] = journal.grow(4);
    if (one === undefined || two === undefined || three === undefined || four === undefined)
      throw new Error("no entry");
    const forged = { ...one, kind: "session.unlocked", body: { staffId: "anna-rossi" } };
    const five = journal.append();
    const [skips, wrong] = [journal.fork(), { ...journal.fork().append(), at: 1 }];
    skips.append();
    const batches = [
      [one, two],
      [one, two, three, four],
      [forged],
      [two, forged, three],
      [two, { ...three, hash: one.hash }, four],
      [five, five],
      [three, four, three],
      [five, wrong],
      [five, skips.append()],
      [five, journal.append("no-such-kind")],
    ];
    const durable: number[][] = [];
    for (const batch of batches) {
      const answer = await test.audit.ingest("bed-7", journalOf(...batch));
      durable.push(durableOf(batch, answer).map(({ seq }) => seq));
    }
    expect(durable).toEqual([[1, 2], [1, 2, 3, 4], [], [2], [2], [5], [3, 4], [5], [5], [5]]);
  });

  it("refuses an id that is stored under another sequence, and nobody else's event with it", async () => {
    const [first] = journal.grow(1);
    if (first === undefined) throw new Error("no event");
    await test.audit.ingest("bed-7", journalOf(first));
    const other = new DeviceJournal();
    const [twice, honest] = await Promise.all([
      test.audit.ingest("bed-7", journalOf(journal.fork().append("session.near", {}, first.id))),
      test.audit.ingest("bed-8", journalOf(...other.grow(3))),
    ]);
    expect(twice).toMatchObject({ seq: 1, refusal: { code: "journal-fork", seq: 2 } });
    expect(honest).toEqual({ seq: 3, head: other.head, refusal: null });
  });

  it("goes on together with a second fleet server on the same database", async () => {
    const beside = test.beside();
    for (let round = 0; round < 20; round += 1) {
      const server = round % 2 === 0 ? test.audit : beside;
      expect((await server.ingest("bed-7", journalOf(...journal.grow(3)))).refusal).toBe(null);
    }
    const journals = Array.from({ length: 12 }, () => new DeviceJournal());
    await Promise.all(
      journals.map((one, at) => (at % 2 === 0 ? test.audit : beside).ingest(`bed-1${at}`, journalOf(...one.grow(30)))),
    );
    expect((await test.store.state()).size).toBe(420);
    expect((await test.audit.verify()).map(({ valid }) => valid)).toEqual(Array(13).fill(true));
    expect(await beside.proofs.root(420)).toEqual(await test.audit.proofs.root(420));
    await beside.close();
  });
});

describe("the fleet's own acts", () => {
  it("are a chain of their own", async () => {
    await test.audit.append("server.started", { version: "0.1.0" });
    await test.audit.append("admin.signed-in", { admin: "ada", with: "passkey" });
    expect((await test.audit.newest(5)).map(({ kiosk, seq, kind }) => [kiosk, seq, kind])).toEqual([
      ["wardkey-fleet", 2, "admin.signed-in"],
      ["wardkey-fleet", 1, "server.started"],
    ]);
    await expect(
      test.audit.record("admin.signed-in", { admin: "ada", with: "passkey", note: "x" }),
    ).rejects.toMatchObject({
      code: "event-body-refused",
    });
    await expect(test.audit.record("face.seen", {})).rejects.toMatchObject({ code: "event-kind-unknown" });
  });
});

describe("a database in trouble", () => {
  let full: TestAudit;
  beforeEach(async () => {
    full = await TestAudit.make({}, sqliteDatabase);
  });
  afterEach(() => full.remove());

  for (const [code, hinder, free] of [
    ["database-full", "PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1000000"],
    ["database-read-only", "PRAGMA query_only = 1", "PRAGMA query_only = 0"],
  ] as const) {
    it(`acknowledges nothing while it answers ${code}, keeps what it acknowledged, and goes on afterwards`, async () => {
      const { audit, test: files } = full;
      const kept = await audit.ingest("bed-7", journalOf(...journal.grow(5)));
      await files.database.raw(hinder);
      const events = Array.from({ length: 40 }, () => journal.append("session.locked", { reason: "walked-away" }));
      const lost = await Promise.allSettled([
        ...[0, 1, 2, 3].map((at) => audit.ingest("bed-7", journalOf(...events.slice(at * 10, at * 10 + 10)))),
        ...Array.from({ length: 40 }, (_, at) =>
          audit.ingest(`bed-1${at}`, journalOf(...new DeviceJournal().grow(50))),
        ),
      ]);
      expect(lost.map((one) => (one.status === "rejected" ? one.reason.code : "kept"))).toEqual(Array(44).fill(code));
      expect(full.failures.every((failure) => failure === code)).toBe(true);
      await files.database.raw(free);
      expect(await audit.head("bed-7")).toEqual({ seq: kept.seq, hash: kept.head });
      expect(await audit.ingest("bed-7", journalOf(...events))).toEqual({ seq: 45, head: journal.head, refusal: null });
      await full.restart();
      expect(await full.audit.verify()).toEqual([{ kiosk: "bed-7", valid: true, events: 45 }]);
    });
  }

  it("acknowledges nothing while another program holds it, and goes on afterwards", async () => {
    const { audit, test: files } = full;
    if (files.target.kind !== "sqlite") throw new Error("not a file");
    await files.database.raw("PRAGMA busy_timeout = 10");
    const other = new sqlite3.Database(files.target.path);
    const run = (sql: string): Promise<void> =>
      new Promise((resolve, reject) => other.exec(sql, (error) => (error === null ? resolve() : reject(error))));
    const events = journal.grow(5);
    await run("BEGIN IMMEDIATE");
    await expect(audit.ingest("bed-7", journalOf(...events))).rejects.toMatchObject({ code: "database-locked" });
    await run("ROLLBACK");
    expect(await audit.ingest("bed-7", journalOf(...events))).toEqual({ seq: 5, head: journal.head, refusal: null });
    expect(full.failures).toEqual(["database-locked"]);
    await new Promise<void>((resolve) => other.close(() => resolve()));
  });

  it("tells senders to come back when too much waits, and loses nothing of what it took", async () => {
    const { audit } = full;
    const journals = Array.from({ length: 500 }, () => new DeviceJournal());
    const sent = await Promise.allSettled(
      journals.map((one, at) => audit.ingest(`bed-${at}`, journalOf(...one.grow(50)))),
    );
    const codes = sent.map((one) => (one.status === "rejected" ? one.reason.code : "kept"));
    expect([...new Set(codes)]).toEqual(["kept", "audit-busy"]);
    expect(await audit.proofs.size()).toBe(codes.filter((code) => code === "kept").length * 50);
  });
});
