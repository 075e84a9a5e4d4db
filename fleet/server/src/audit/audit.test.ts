import { EventMessage, type JournalEvent } from "@wardkey/protocol/fleet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DeviceJournal, journalOf, TestAudit } from "./testing/test-audit.js";

let test: TestAudit;
let journal: DeviceJournal;
beforeEach(async () => {
  test = await TestAudit.make();
  journal = new DeviceJournal();
});
afterEach(() => test.remove());

const NONE = "A".repeat(43);
const session = "0199a1b2-0000-7000-8000-000000000002";
const take = async (events: readonly JournalEvent[], device = "bed-7"): Promise<unknown> => {
  const { head, refusal } = await test.audit.take(device, events);
  return refusal === null ? head : { code: refusal.code, seq: refusal.seq, acknowledged: head.seq };
};
const valid = async (device = "bed-7"): Promise<boolean> => (await test.audit.chain(device)).valid;

describe("a kiosk's journal at the site", () => {
  it("begins empty, takes a batch and answers with what is durable", async () => {
    expect(await test.audit.head("bed-7")).toEqual({ seq: 0, hash: NONE });
    expect(await take(journal.grow(3))).toEqual({ seq: 3, hash: journal.head });
    await test.restart();
    expect(await test.audit.head("bed-7")).toEqual({ seq: 3, hash: journal.head });
    expect(await test.audit.verify()).toEqual([{ kiosk: "bed-7", valid: true, events: 3 }]);
  });

  it("keeps the journals of two kiosks apart", async () => {
    const other = new DeviceJournal();
    await take(journal.grow(2));
    expect(await take([journal.append()], "bed-8")).toEqual({ code: "journal-gap", seq: 3, acknowledged: 0 });
    await take(other.grow(1), "bed-8");
    expect(await test.audit.verify()).toEqual([
      { kiosk: "bed-7", valid: true, events: 2 },
      { kiosk: "bed-8", valid: true, events: 1 },
    ]);
  });

  it("refuses a gap, keeps what came before it and holds nothing against the kiosk", async () => {
    const [first, second, third] = [journal.append(), journal.append(), journal.append()];
    expect(await take([first, third])).toEqual({ code: "journal-gap", seq: 3, acknowledged: 1 });
    expect(await valid()).toBe(true);
    expect(await take([second, third])).toEqual({ seq: 3, hash: journal.head });
  });

  it("refuses a journal that began anew", async () => {
    await take(journal.grow(2));
    expect(await take(new DeviceJournal().grow(1))).toEqual({ code: "journal-fork", seq: 1, acknowledged: 2 });
    expect(await valid()).toBe(false);
  });

  it("refuses an event whose hash does not continue the chain, whichever member was changed", async () => {
    const changes: ((event: JournalEvent) => JournalEvent)[] = [
      (event) => ({ ...event, at: event.at + 1 }),
      (event) => ({ ...event, kind: "camera.lost" }),
      (event) => ({ ...event, id: "0199a1b2-0000-7000-8000-00000000000f" }),
      (event) => ({ ...event, hash: event.hash.replace(/^./, (first) => (first === "A" ? "B" : "A")) }),
    ];
    for (const [index, change] of changes.entries()) {
      const device = `bed-1${index}`;
      const refused = await take([change(new DeviceJournal().append())], device);
      expect(refused).toEqual({ code: "journal-hash-mismatch", seq: 1, acknowledged: 0 });
      expect(await valid(device)).toBe(false);
    }
    expect(await valid()).toBe(true);
  });

  it("refuses a batch whose sequence goes backwards and an id that is used twice", async () => {
    const [first, second] = [journal.append(), journal.append()];
    await take([first, second]);
    expect(await take([second, first])).toMatchObject({ code: "journal-regression" });
    expect(await valid()).toBe(true);
    expect(await take([journal.append("session.near", {}, first.id)])).toMatchObject({ code: "journal-fork" });
  });

  it("takes no event that could carry more than its kind says", async () => {
    const smuggled: [string, JournalEvent["body"], string][] = [
      ["session.unlocked", { session, staffId: "anna", template: "A".repeat(200) }, "event-body-refused"],
      ["tap.refused", { reason: "A".repeat(128) }, "event-body-refused"],
      ["face.template", {}, "event-kind-unknown"],
    ];
    for (const [kind, body, code] of smuggled)
      expect(await take([journal.fork().append(kind, body)])).toEqual({ code, seq: 1, acknowledged: 0 });
    const named = await test.audit.take("bed-7", [journal.fork().append("tap.refused", { reason: "x", face: "AAAA" })]);
    expect(named.refusal).toEqual({ code: "event-body-refused", keys: ["face"], seq: 1 });
    expect(await test.audit.head("bed-7")).toEqual({ seq: 0, hash: NONE });
  });

  it("is never reached by malformed messages", () => {
    const event = journal.fork().append();
    const bad: unknown[] = [
      [],
      Array(51).fill(event),
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
    const message = journalOf(event);
    expect(EventMessage.safeParse(message).success).toBe(true);
    for (const events of bad) expect(EventMessage.safeParse({ ...message, body: { events } }).success).toBe(false);
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
    it(`shows when it was ${how}, and the site goes on taking in events`, async () => {
      await take(journal.grow(3));
      for (const statement of sql.split("; ")) await test.test.database.raw(statement);
      await test.restart();
      expect(await test.audit.verify()).toMatchObject([{ kiosk: "bed-7", valid: false }]);
      expect(await valid()).toBe(false);
      const other = new DeviceJournal();
      expect(await take(other.grow(2), "bed-8")).toEqual({ seq: 2, hash: other.head });
    });
  }
});
