import { createHash, randomBytes, randomUUID } from "node:crypto";
import { checkFleetBody, DowntimeAnswer, readCard } from "@wardkey/protocol/fleet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../platform/sql/testing/test-database.js";
import { createDowntime, createSqlDowntimeStore, type Downtime, downtimeMigrations } from "./index.js";
import { slowHash } from "./slow-hash.js";

let made: TestDatabase;
let now: number;
let active: { staffId: string; name: string }[];
let erased: string[];
let recorded: [string, Record<string, unknown>][];
let downtime: Downtime;
const badgeSalt = randomBytes(16).toString("base64url");

/** Simulated: as quick as the real one is slow. */
const quick = async (text: string, salt: string): Promise<string> =>
  createHash("sha256").update(`${text} ${salt}`).digest("base64url");

beforeEach(async () => {
  made = await testDatabase(downtimeMigrations);
  now = 1_800_000_000_000;
  active = ["anna", "bruno"].map((staffId) => ({ staffId, name: staffId }));
  erased = [];
  recorded = [];
  downtime = createDowntime({
    site: "st-mary",
    store: createSqlDowntimeStore(made.database),
    badgeSalt,
    hash: quick,
    people: async () => ({ active, erased }),
    isActive: async (staffId) => (staffId === "nobody" ? null : active.some((each) => each.staffId === staffId)),
    now: () => now,
    randomBytes: (size) => new Uint8Array(randomBytes(size)),
    record: async (kind, body) => {
      expect(checkFleetBody(kind, body)).toEqual({ ok: true });
      recorded.push([kind, body]);
    },
  });
});
afterEach(() => made.remove());

async function issue(staffId = "anna"): Promise<{ card: string; code: string }> {
  const issued = await downtime.cards.issue(staffId, "admin-1");
  if (!issued.ok) throw new Error(issued.code);
  return issued;
}
const book = async () => {
  const answer = DowntimeAnswer.parse(await downtime.book.answer({ have: null, from: 0 }));
  if (answer.book === null) throw new Error("no book");
  return { ...answer.book, edition: answer.edition };
};
const opened = (card: string | null, more: object = {}) => ({
  at: now,
  kind: "break-glass.opened",
  body: {
    session: randomUUID(),
    staffId: "anna",
    reason: "patient-in-danger",
    operation: "unlock-workstation",
    means: card === null ? "two-badges" : "code",
    ...(card === null ? { second: "bruno" } : { card }),
    minutes: 15,
    review: "security-officer",
    reviewHours: 24,
    leaseEnded: true,
    ...more,
  },
});

describe("an emergency card", () => {
  it("is known to every kiosk as a slow hash, and its code to its owner alone", async () => {
    const { card, code } = await issue();
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    const { cards } = await book();
    expect(cards).toEqual([
      { staffId: "anna", name: "anna", card, salt: expect.any(String), hash: expect.any(String) },
    ]);
    const secret = readCard(code)?.secret ?? "";
    expect(await quick(secret, cards[0]?.salt ?? "")).toBe(cards[0]?.hash);
    expect(JSON.stringify(await made.database("emergency_cards"))).not.toContain(secret);
    expect(recorded).toEqual([["emergency-card.issued", { staffId: "anna", by: "admin-1", card }]]);
  });

  it("is nobody's who may not come in, and no fourth one is anybody's", async () => {
    expect(await downtime.cards.issue("nobody", "admin-1")).toEqual({ ok: false, code: "staff-unknown" });
    expect(await downtime.cards.issue("carla", "admin-1")).toEqual({ ok: false, code: "staff-not-active" });
    for (let each = 0; each < 3; each++) await issue();
    expect(await downtime.cards.issue("anna", "admin-1")).toEqual({ ok: false, code: "cards-too-many" });
  });

  it("is out of the book when it is taken back, and while its owner may not come in", async () => {
    const { card } = await issue();
    await issue("bruno");
    expect(await downtime.cards.revoke("bruno", card, "admin-1")).toEqual({ ok: false, code: "card-unknown" });
    expect(await downtime.cards.revoke("anna", card, "admin-1")).toEqual({ ok: true });
    expect((await book()).cards.map(({ staffId }) => staffId)).toEqual(["bruno"]);
    active = [];
    now += 60_000;
    expect((await book()).cards).toEqual([]);
  });

  it("is erased with the record of its owner", async () => {
    await issue();
    [active, erased] = [[], ["anna"]];
    await book();
    expect(await downtime.cards.of("anna")).toEqual([]);
  });
});

it("hashes slowly: scrypt with 64 MiB, as kiosks do", async () => {
  // Computed with Python's hashlib.scrypt(b"ABCDEFGHJKMN", salt=bytes(16), n=65536, r=8, p=2, dklen=32).
  expect(await slowHash("ABCDEFGHJKMN", "A".repeat(22))).toBe("ljTiHsJWYKhDLW2Db2C-lT-nMDvHHjR_NnTiO1EBAro");
});

describe("the book of who may break the glass", () => {
  it("is told once to a kiosk that has it, and good for longer each time", async () => {
    await issue();
    const { edition, goodUntil } = await book();
    now += 3_600_000;
    expect(await downtime.book.answer({ have: edition, from: 0 })).toEqual({
      edition,
      goodUntil: goodUntil + 3_600_000,
      book: null,
      next: null,
    });
  });

  it("comes in pieces that make the whole", async () => {
    const whose = { salt: "A".repeat(22), hash: "A".repeat(43), issued_by: "admin-1", issued_at: now };
    const cards = Array.from({ length: 450 }, (_, at) => ({
      card: String(at).padStart(4, "0"),
      staff_id: "anna",
      ...whose,
    }));
    for (let at = 0; at < cards.length; at += 90)
      await made.database("emergency_cards").insert(cards.slice(at, at + 90));
    const badges = Array.from({ length: 10 }, (_, at) => ({ digest: `d${at}`, staff_id: "bruno", hash: whose.hash }));
    await made.database("emergency_badges").insert(badges);
    const first = await downtime.book.answer({ have: null, from: 0 });
    expect([first.book?.cards.length, first.book?.badges.length, first.next]).toEqual([400, 0, 400]);
    const second = await downtime.book.answer({ have: null, from: 400 });
    expect([second.book?.cards.length, second.book?.badges.length, second.next]).toEqual([50, 10, null]);
    expect(second.edition).toBe(first.edition);
  });

  it("has badges that are more than their numbers, until they are taken away", async () => {
    await downtime.badges.shown({ digest: "aa", staffId: "anna", read: { kind: "uid-only", uid: "04a1b2c3" } });
    await downtime.badges.shown({ digest: "bb", staffId: "bruno", read: { kind: "seos", uid: "0011223344556677" } });
    expect((await book()).badges).toEqual([
      { staffId: "bruno", name: "bruno", hash: await quick("seos 0011223344556677", badgeSalt) },
    ]);
    await downtime.badges.gone("bb");
    expect((await book()).badges).toEqual([]);
  });
});

describe("an emergency that a kiosk tells of", () => {
  it("waits for its review, spends its card, and is told twice as once", async () => {
    const { card } = await issue();
    const event = opened(card);
    const { session } = event.body;
    const locked = { at: now + 60_000, kind: "session.locked", body: { reason: "time-up", session } };
    await downtime.reviews.note("bed-7", [event, locked]);
    await downtime.reviews.note("bed-7", [event, locked]);
    expect(await downtime.reviews.list(10)).toEqual([
      expect.objectContaining({
        session,
        kiosk: "bed-7",
        staffId: "anna",
        state: "open",
        overdue: false,
        reviewBy: now + 24 * 3_600_000,
        closedAt: now + 60_000,
        closedBecause: "time-up",
        reused: false,
      }),
    ]);
    expect((await book()).cards).toEqual([]);
    expect(recorded.slice(1)).toEqual([["emergency-card.spent", { staffId: "anna", card, kiosk: "bed-7", session }]]);
  });

  it("with a card that another kiosk saw before stands out", async () => {
    const { card } = await issue();
    await downtime.reviews.note("bed-7", [opened(card)]);
    const again = opened(card);
    await downtime.reviews.note("lab-1", [again]);
    await downtime.reviews.note("lab-1", [again]);
    expect((await downtime.reviews.list(10)).map(({ kiosk, reused }) => [kiosk, reused]).toSorted()).toEqual([
      ["bed-7", false],
      ["lab-1", true],
    ]);
    expect(recorded.map(([kind]) => kind)).toEqual([
      "emergency-card.issued",
      "emergency-card.spent",
      "emergency-card.reused",
    ]);
  });

  it("is reviewed by somebody else, once", async () => {
    const event = opened(null);
    const { session } = event.body;
    await downtime.reviews.note("bed-7", [event]);
    for (const own of ["anna", "bruno"]) {
      expect(await downtime.reviews.review(session, "justified", own)).toEqual({ ok: false, code: "emergency-own" });
    }
    expect(await downtime.reviews.review(session, "justified", "admin-1")).toMatchObject({
      ok: true,
      emergency: { state: "justified" },
    });
    expect(await downtime.reviews.review(session, "unjustified", "admin-2")).toEqual({
      ok: false,
      code: "emergency-reviewed",
    });
    expect(await downtime.reviews.review(randomUUID(), "justified", "admin-1")).toEqual({
      ok: false,
      code: "emergency-unknown",
    });
    expect(recorded).toEqual([["break-glass.reviewed", { session, by: "admin-1", outcome: "justified" }]]);
  });

  it("is reviewed by two where the policy says so, is overdue until then, and one doubt is enough", async () => {
    const event = opened(null, { review: "two-people" });
    const { session } = event.body;
    await downtime.reviews.note("bed-7", [event]);
    await downtime.reviews.review(session, "unjustified", "admin-1");
    now += 25 * 3_600_000;
    expect(await downtime.reviews.list(10)).toMatchObject([{ state: "half", overdue: true }]);
    expect(await downtime.reviews.review(session, "justified", "admin-1")).toEqual({
      ok: false,
      code: "emergency-voted",
    });
    expect(await downtime.reviews.review(session, "justified", "admin-2")).toMatchObject({
      emergency: { state: "unjustified", overdue: false },
    });
  });
});
