import { join } from "node:path";
import type { JournalEvent } from "@wardkey/protocol/fleet";
import sqlite3 from "sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Answer, TestJournal, TestKiosk, TestSite } from "../testing/test-site.js";

let site: TestSite;
let kiosk: TestKiosk;
beforeEach(async () => {
  site = await TestSite.make();
  await site.start();
  kiosk = await new TestKiosk(site).enrol();
});
afterEach(() => site.remove());

const session = "0199a1b2-0000-7000-8000-000000000002";
const head = async (): Promise<unknown> => (await kiosk.call("GET", "/v1/kiosk/events/head")).body;
const valid = async (): Promise<boolean | undefined> => (await site.overview()).kiosks[0]?.chainValid;
const last = (events: readonly JournalEvent[]): JournalEvent => {
  const event = events.at(-1);
  if (event === undefined) throw new Error("no event");
  return event;
};
const refusal = ({ status, code, body }: Answer): unknown => ({ status, code, ...(body as object) });

/** Changes the stored journal as somebody with the disk in hand would. */
async function tamper(sql: string): Promise<void> {
  await site.stop();
  await new Promise<void>((resolve, reject) => {
    const database = new sqlite3.Database(join(site.dataDir, "site.db"));
    database.exec(sql, (error) => database.close(() => (error ? reject(error) : resolve())));
  });
  await site.start();
}

describe("a kiosk's journal at the site", () => {
  it("begins empty, takes a batch and answers with what is durable", async () => {
    expect(await head()).toEqual({ seq: 0, head: "A".repeat(43) });
    const events = kiosk.journal.grow(3);
    expect((await kiosk.send(events)).body).toEqual({ seq: 3, head: last(events).hash });
    await site.restart();
    expect(await head()).toEqual({ seq: 3, head: last(events).hash });
    expect(await site.running.verifyJournals()).toEqual([{ kiosk: "bed-7", valid: true, events: 3 }]);
  });

  it("takes the same events again as often as they come, once", async () => {
    const events = kiosk.journal.grow(5);
    await kiosk.send(events.slice(0, 3));
    expect((await kiosk.send(events.slice(1))).body).toEqual({ seq: 5, head: last(events).hash });
    expect((await kiosk.send(events)).body).toEqual({ seq: 5, head: last(events).hash });
    const together = await Promise.all([1, 2, 3].map(() => kiosk.send(events)));
    expect(together.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await site.overview()).journal.map(({ seq }) => seq)).toEqual([5, 4, 3, 2, 1]);
    expect(await valid()).toBe(true);
  });

  it("keeps the journals of two kiosks apart", async () => {
    const other = await new TestKiosk(site, "bed-8").enrol();
    await kiosk.send(kiosk.journal.grow(2));
    const stranger = await other.send([kiosk.journal.append()]);
    expect(stranger.code).toBe("journal-gap");
    expect((await other.send(other.journal.grow(1))).status).toBe(200);
    expect(await site.running.verifyJournals()).toEqual([
      { kiosk: "bed-7", valid: true, events: 2 },
      { kiosk: "bed-8", valid: true, events: 1 },
    ]);
  });

  it("refuses a gap, keeps what came before it and holds nothing against the kiosk", async () => {
    const [first, second, third] = kiosk.journal.grow(3);
    if (first === undefined || second === undefined || third === undefined) throw new Error("no events");
    expect(refusal(await kiosk.send([first, third]))).toMatchObject({
      status: 409,
      code: "journal-gap",
      seq: 3,
      acknowledged: 1,
    });
    expect(await valid()).toBe(true);
    expect((await kiosk.send([second, third])).body).toEqual({ seq: 3, head: third.hash });
  });

  it("refuses a fork and remembers it", async () => {
    await kiosk.send(kiosk.journal.grow(2));
    const fork = kiosk.journal.fork();
    const honest = kiosk.journal.grow(2);
    await kiosk.send(honest);
    expect(refusal(await kiosk.send(fork.grow(3)))).toMatchObject({ status: 409, code: "journal-fork", seq: 3 });
    expect(await head()).toEqual({ seq: 4, head: last(honest).hash });
    await site.restart();
    expect(await valid()).toBe(false);
    expect((await kiosk.send([kiosk.journal.append()])).status).toBe(200);
  });

  it("refuses a journal that began anew", async () => {
    await kiosk.send(kiosk.journal.grow(2));
    const answer = await kiosk.send(new TestJournal().grow(1));
    expect(refusal(answer)).toMatchObject({ status: 409, code: "journal-fork", seq: 1, acknowledged: 2 });
  });

  it("refuses an event whose hash does not continue the chain, whichever member was changed", async () => {
    const changes: ((event: JournalEvent) => JournalEvent)[] = [
      (event) => ({ ...event, at: event.at + 1 }),
      (event) => ({ ...event, kind: "camera.lost" }),
      (event) => ({ ...event, id: "0199a1b2-0000-7000-8000-00000000000f" }),
      (event) => ({ ...event, hash: event.hash.replace(/^./, (first) => (first === "A" ? "B" : "A")) }),
    ];
    for (const [index, change] of changes.entries()) {
      const other = await new TestKiosk(site, `bed-1${index}`).enrol();
      const answer = await other.send([change(other.journal.append())]);
      expect(refusal(answer)).toMatchObject({ status: 409, code: "journal-hash-mismatch", seq: 1, acknowledged: 0 });
    }
    expect((await site.overview()).kiosks.map(({ chainValid }) => chainValid)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it("refuses a batch whose sequence goes backwards and an id that is used twice", async () => {
    const [first, second] = kiosk.journal.grow(2);
    if (first === undefined || second === undefined) throw new Error("no events");
    await kiosk.send([first, second]);
    expect((await kiosk.send([second, first])).code).toBe("journal-regression");
    const copy = { ...kiosk.journal.append(), id: first.id };
    expect((await kiosk.send([copy])).code).toBe("journal-fork");
  });

  it("takes no event that could carry more than its kind says", async () => {
    const smuggled: [string, JournalEvent["body"], string][] = [
      ["session.unlocked", { session, staffId: "anna", template: "A".repeat(200) }, "event-body-refused"],
      ["tap.refused", { reason: "A".repeat(128) }, "event-body-refused"],
      ["face.template", {}, "event-kind-unknown"],
    ];
    for (const [kind, body, code] of smuggled) {
      const answer = await kiosk.send([kiosk.journal.fork().append(kind, body)]);
      expect([answer.status, answer.code]).toEqual([422, code]);
    }
    expect(await head()).toEqual({ seq: 0, head: "A".repeat(43) });
    const refused = await kiosk.send([kiosk.journal.fork().append("tap.refused", { reason: "x", face: "AAAA" })]);
    expect(refused.body).toMatchObject({ keys: ["face"], seq: 1 });
    expect(JSON.stringify(refused.body)).not.toContain("AAAA");
  });

  it("refuses malformed batches whole", async () => {
    const event = kiosk.journal.fork().append();
    const bad: unknown[] = [
      [],
      Array(201).fill(event),
      [{ ...event, seq: 0 }],
      [{ ...event, seq: 1.5 }],
      [{ ...event, at: 0.5 }],
      [{ ...event, id: "one" }],
      [{ ...event, hash: "short" }],
      [{ ...event, body: { nested: { a: 1 } } }],
      [{ ...event, body: { text: "x".repeat(201) } }],
      [{ ...event, extra: 1 }],
      "events",
      null,
    ];
    for (const events of bad) {
      const answer = await kiosk.call("POST", "/v1/kiosk/events", { events });
      expect([answer.status, answer.code]).toEqual([400, "malformed"]);
    }
    expect(await head()).toEqual({ seq: 0, head: "A".repeat(43) });
  });
});

describe("a journal changed on the site's own disk", () => {
  const changes = [
    ["edited", "UPDATE journal_entries SET kind = 'camera.back' WHERE seq = 2"],
    ["cut in the middle", "DELETE FROM journal_entries WHERE seq = 2"],
    ["cut at its end", "DELETE FROM journal_entries WHERE seq = 3"],
    ["reordered", "UPDATE journal_entries SET seq = seq + 10; UPDATE journal_entries SET seq = 14 - seq"],
    ["emptied", "DELETE FROM journal_entries"],
  ] as const;
  for (const [how, sql] of changes) {
    it(`shows when it was ${how}`, async () => {
      await kiosk.send(kiosk.journal.grow(3));
      await tamper(sql);
      expect(await valid()).toBe(false);
      expect((await site.running.verifyJournals()).map((journal) => journal.valid)).toEqual([false]);
    });
  }
});
