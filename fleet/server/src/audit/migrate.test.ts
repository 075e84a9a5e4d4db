import { afterEach, describe, expect, it } from "vitest";
import { openDatabase } from "../platform/sql/database.js";
import { type TestDatabase, testDatabase } from "../platform/sql/testing/test-database.js";
import { mentioned } from "./domain/mentioned.js";
import { auditMigrations, createAudit, createSqlAuditStore } from "./index.js";
import { DeviceJournal, journalOf, NOW } from "./testing/test-audit.js";

let test: TestDatabase | undefined;
afterEach(async () => {
  await test?.remove();
  test = undefined;
});

describe("a site that had journals and no log", () => {
  it("carries every journal over, whole and in the order of arrival, with the breaks that it knew", async () => {
    test = await testDatabase(auditMigrations.slice(0, 1));
    const { database, target } = test;
    const journals = ["bed-7", "bed-8"].map((kiosk) => ({ kiosk, journal: new DeviceJournal() }));
    for (let round = 0; round < 400; round += 1) {
      for (const { kiosk, journal } of journals) {
        const { body, ...event } = journal.append();
        await database("journal_entries").insert({ kiosk, ...event, body: JSON.stringify(body) });
      }
    }
    for (const { kiosk, journal } of journals)
      await database("journal_heads").insert({ kiosk, seq: journal.seq, hash: journal.head });
    const broken = { broken_code: "journal-fork", broken_seq: 9, broken_at: NOW };
    await database("journal_heads").where({ kiosk: "bed-8" }).update(broken);
    await database.destroy();

    const upgraded = await openDatabase(target, auditMigrations);
    const store = createSqlAuditStore(upgraded);
    const audit = createAudit({ store, now: () => NOW });
    const [first] = journals;
    if (first === undefined) throw new Error("no journal");
    const ack = await audit.ingest("bed-7", journalOf(first.journal.append()));
    expect(ack).toEqual({ seq: 401, head: first.journal.head, refusal: null });
    expect((await store.entries(0, 4, 4)).map(({ leaf, source, seq }) => [leaf, source, seq])).toEqual([
      [0, "bed-7", 1],
      [1, "bed-8", 1],
      [2, "bed-7", 2],
      [3, "bed-8", 2],
    ]);
    expect(await audit.proofs.size()).toBe(801);
    expect(await audit.verify()).toEqual([
      { kiosk: "bed-7", valid: true, events: 401 },
      { kiosk: "bed-8", valid: true, events: 400 },
    ]);
    expect(await audit.chain("bed-8")).toEqual({
      seq: 400,
      valid: false,
      broken: { code: "journal-fork", seq: 9, at: NOW },
    });
    await audit.close();
    await upgraded.destroy();
  });
});

describe("a site that had a log and nothing to search it by", () => {
  it("finds its old events by everybody whom they name, as it finds new ones", async () => {
    test = await testDatabase(auditMigrations.slice(0, 2));
    const { database, target } = test;
    const bodies = [
      { staffId: "bo-li", by: "anna-rossi" },
      { staffId: "anna-rossi", by: "anna-rossi" },
      { by: "fleet" },
      { admin: "ada", by: "machine" },
      { device: "bo-li" },
    ];
    for (const [leaf, body] of bodies.entries()) {
      const row = {
        leaf,
        source: "wardkey-fleet",
        seq: leaf + 1,
        id: `id-${leaf}`,
        at: NOW - leaf,
        kind: "staff.changed",
      };
      await database("journal_entries").insert({ ...row, body: JSON.stringify(body), hash: "h" });
    }
    await database.destroy();

    const upgraded = await openDatabase(target, auditMigrations);
    const found: { person: string; at: number; leaf: number }[] = await upgraded("event_people").orderBy([
      "person",
      "leaf",
    ]);
    expect(found.map(({ person, at, leaf }) => [person, NOW - at, leaf])).toEqual([
      ["ada", 3, 3],
      ["anna-rossi", 0, 0],
      ["anna-rossi", 1, 1],
      ["bo-li", 0, 0],
    ]);
    const kept = bodies.flatMap((body, leaf) => mentioned(body).map((person) => `${person} ${leaf}`));
    expect(found.map(({ person, leaf }) => `${person} ${leaf}`)).toEqual(kept.sort());
    await upgraded.destroy();
  });
});
