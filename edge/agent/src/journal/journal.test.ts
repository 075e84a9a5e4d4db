import { randomUUID } from "node:crypto";
import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import knex from "knex";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SimulatedTime } from "../testing/simulated-time.js";
import { Journal, type JournalSettings, recover } from "./index.js";

let folder: string;
let time: SimulatedTime;
const opened: Journal[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-journal-"));
  time = new SimulatedTime();
});
afterEach(async () => {
  for (const journal of opened.splice(0)) await journal.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(more: Partial<JournalSettings> = {}): Promise<Journal> {
  const journal = await Journal.open({
    file: join(folder, "journal.sqlite"),
    clock: time,
    timers: time,
    newId: randomUUID,
    ...more,
  });
  opened.push(journal);
  return journal;
}
/** Random ids fall anywhere in their index: one of them may find a page with room when the disk is full. */
const growingIds = (): (() => string) => {
  let last = 0;
  return () => `00000000-0000-4000-8000-${String(++last).padStart(12, "0")}`;
};
const unlocked = () => ({ session: randomUUID(), staffId: "anna" });
const kinds = async (journal: Journal) => (await journal.after(0, 10_000)).map((event) => event.kind);

describe("the journal", () => {
  it("chains what it is told, in order, and finds its own chain valid", async () => {
    const journal = await open();
    journal.note("agent.started", { version: "0.1.0", profile: "demo" });
    const appended = await journal.append("session.unlocked", unlocked());
    journal.note("session.locked", { reason: "walked-away" });
    await journal.settled();
    expect(appended).toMatchObject({ ok: true, event: { seq: 2, kind: "session.unlocked", at: time.now() } });
    expect(await kinds(journal)).toEqual(["agent.started", "session.unlocked", "session.locked"]);
    expect(await journal.verify()).toEqual({ ok: true, events: 3 });
  });

  it("keeps the order of many who append at once", async () => {
    const journal = await open();
    const answers = await Promise.all(
      Array.from({ length: 300 }, () => journal.append("session.unlocked", unlocked())),
    );
    expect(answers.map((each) => each.ok && each.event.seq)).toEqual(
      Array.from({ length: 300 }, (_, index) => index + 1),
    );
    expect(await journal.verify()).toEqual({ ok: true, events: 300 });
  });

  it("refuses a body that its kind may not carry", async () => {
    const journal = await open();
    const secret = { reason: "walked-away", similarity: 0.93 };
    expect(() => journal.note("session.locked", secret)).toThrow(
      expect.objectContaining({ code: "event-body-refused" }),
    );
  });

  it("moves the outbox's cursor forward only", async () => {
    const journal = await open();
    for (let each = 0; each < 3; each++) await journal.append("session.unlocked", unlocked());
    await journal.acknowledge(2);
    await journal.acknowledge(1);
    expect(await journal.outbox()).toBe(2);
    expect((await journal.after(2, 10)).map((event) => event.seq)).toEqual([3]);
  });
});

describe("somebody who edits the file", () => {
  async function tampered(statement: string): Promise<Journal> {
    const journal = await open();
    for (let each = 0; each < 5; each++) await journal.append("session.unlocked", unlocked());
    await journal.close();
    const db = knex({
      client: "sqlite3",
      connection: { filename: join(folder, "journal.sqlite") },
      useNullAsDefault: true,
    });
    await db.raw("DROP TRIGGER entries_stay");
    await db.raw("DROP TRIGGER entries_remain");
    await db.raw(statement);
    await db.destroy();
    return await open();
  }

  it.each([
    ["changes a body", 'UPDATE entries SET body = \'{"session":"x"}\' WHERE seq = 3', "journal-hash-mismatch"],
    ["changes a time", "UPDATE entries SET at = at + 1 WHERE seq = 3", "journal-hash-mismatch"],
    ["takes one out", "DELETE FROM entries WHERE seq = 3", "journal-gap"],
    ["breaks a body", "UPDATE entries SET body = '{' WHERE seq = 3", "journal-malformed"],
  ])("is noticed when he %s: nobody is let in", async (_what, statement, code) => {
    const journal = await tampered(statement);
    expect(journal.health).toEqual({ state: "down", code });
    expect(await journal.append("session.unlocked", unlocked())).toEqual({ ok: false, code });
  });
});

describe("a disk that fails (threats row 27)", () => {
  it("full: refuses what must be durable, and holds nobody up", async () => {
    const journal = await open({ maxPages: 24, newId: growingIds() });
    let written = 0;
    for (;;) {
      const appended = await journal.append("session.unlocked", unlocked());
      if (!appended.ok) break;
      written++;
    }
    expect(written).toBeGreaterThan(50);
    expect(journal.health).toEqual({ state: "down", code: "SQLITE_FULL" });

    journal.note("session.locked", { reason: "walked-away" });
    await time.advance(60_000);
    await journal.settled();
    // The smaller event may still have found room; a whole session never does.
    expect(await journal.append("session.unlocked", unlocked())).toMatchObject({ ok: false });
    expect(await journal.verify()).toMatchObject({ ok: true });
  });

  it("full, then room again: nothing noted is lost, nothing is doubled, times are true", async () => {
    const small = await open({ maxPages: 24, newId: growingIds() });
    while ((await small.append("session.unlocked", unlocked())).ok);
    const lockedAt = time.now();
    small.note("session.locked", { reason: "walked-away" });
    await time.advance(10_000);
    await small.resize(1_000);
    await time.advance(2_500);
    await small.settled();
    const last = (await small.after(0, 10_000)).at(-1);
    expect(last).toMatchObject({ kind: "session.locked", at: lockedAt });
    expect(small.health).toEqual({ state: "ok", code: null });
    expect(await small.verify()).toMatchObject({ ok: true });
  });

  it("gone: a folder that cannot be written holds up nobody, and says so", async () => {
    const journal = await open({ file: join(folder, "missing", "journal.sqlite") });
    expect(journal.health).toEqual({ state: "down", code: "ENOENT" });
    journal.note("session.locked", { reason: "lock-now" });
    expect(await journal.append("session.unlocked", unlocked())).toEqual({ ok: false, code: "ENOENT" });
  });

  it("cut short in its last write: what was durable before is all there", async () => {
    const journal = await open();
    for (let each = 0; each < 20; each++) await journal.append("session.unlocked", unlocked());
    const torn = join(folder, "torn.sqlite");
    await copyFile(join(folder, "journal.sqlite"), torn);
    await copyFile(join(folder, "journal.sqlite-wal"), `${torn}-wal`);
    const { size } = await stat(`${torn}-wal`);
    await truncate(`${torn}-wal`, size - 1_000);
    const again = await open({ file: torn });
    expect(again.health).toEqual({ state: "ok", code: null });
    expect(await again.verify()).toEqual({ ok: true, events: 19 });
    expect(await again.append("session.unlocked", unlocked())).toMatchObject({ ok: true, event: { seq: 20 } });
  });

  it("keeps at most two thousand events in memory, the newest, and tells how many it dropped", async () => {
    const journal = await open({ file: join(folder, "late", "journal.sqlite") });
    for (let each = 0; each < 2_010; each++) journal.note("radio.lost", { reason: "test" });
    await journal.settled();
    await mkdir(join(folder, "late"));
    await time.advance(2_500);
    await journal.settled();
    const events = await journal.after(0, 10_000);
    expect(events.filter((event) => event.kind === "radio.lost")).toHaveLength(2_000);
    expect(events.find((event) => event.kind === "security.alert")?.body).toEqual({
      reason: "events-dropped",
      count: 10,
    });
  });
});

describe("the start of a run", () => {
  const run = { version: "0.1.0", profile: "demo" } as const;

  it("says that the run before did not stop in order, and locks what it left open", async () => {
    const first = await open();
    expect(await recover(first, run)).toEqual({ recovered: false, leftOpen: false });
    const body = unlocked();
    await first.append("session.unlocked", body);
    await first.close();
    const second = await open();
    expect(await recover(second, run)).toEqual({ recovered: true, leftOpen: true });
    expect((await second.after(2, 10)).map(({ kind, body: what }) => [kind, what])).toEqual([
      ["agent.started", { ...run, recovered: true }],
      ["session.locked", { reason: "started", ...body }],
    ]);
  });

  it("ends in the journal what procedure that run left running, and none twice", async () => {
    const first = await open();
    await recover(first, run);
    const body = unlocked();
    await first.append("session.unlocked", body);
    await first.append("procedure.begun", { ...body, minutes: 20 });
    await first.close();
    const second = await open();
    await recover(second, run);
    expect((await second.after(3, 10)).map(({ kind, body: what }) => [kind, what])).toEqual([
      ["agent.started", { ...run, recovered: true }],
      ["procedure.ended", { reason: "started", ...body }],
      ["session.locked", { reason: "started", ...body }],
    ]);
    await second.close();
    const third = await open();
    await recover(third, run);
    expect((await third.after(6, 10)).map(({ kind }) => kind)).toEqual(["agent.started"]);
  });

  it("has nothing to tell of a run that stopped in order", async () => {
    const first = await open();
    await recover(first, run);
    first.note("agent.stopped", {});
    await first.close();
    expect(await recover(await open(), run)).toEqual({ recovered: false, leftOpen: false });
  });
});

it("leaves no file that others may read", async () => {
  await chmod(folder, 0o700);
  const journal = await open();
  await journal.append("session.unlocked", unlocked());
  for (const name of await readdir(folder)) expect((await stat(join(folder, name))).mode & 0o077).toBe(0);
});
