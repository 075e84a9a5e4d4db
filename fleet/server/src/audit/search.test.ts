import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pageOf } from "./adapters/sql-event-search.js";
import type { StoredEvent } from "./app/ports.js";
import { type EventQuery, isBounded, kindsOf, readMark, writeMark } from "./domain/event-query.js";
import { mentioned } from "./domain/mentioned.js";
import { DeviceJournal, TestAudit } from "./testing/test-audit.js";

const PEOPLE = ["anna-rossi", "bo-li", "chi-ola"] as const;
const SOURCES = ["bed-1", "bed-2", "bed-3"] as const;
const EVERYTHING: EventQuery = {
  ...{ kinds: [], source: null, person: null, from: null, to: null },
  ...{ sort: "at", order: "down", after: null, limit: 50 },
};

let test: TestAudit;
let all: StoredEvent[];
beforeAll(async () => {
  test = await TestAudit.make();
  const journals = SOURCES.map((source) => ({ source, journal: new DeviceJournal() }));
  for (let turn = 0; turn < 60; turn += 1) {
    for (const [at, { source, journal }] of journals.entries()) {
      const staffId = PEOPLE[(turn + at) % PEOPLE.length] ?? "";
      const kind = ["session.near", "tap.refused", "camera.lost"][turn % 3] ?? "";
      const body = kind === "camera.lost" ? {} : kind === "tap.refused" ? { staffId, reason: "no-match" } : { staffId };
      await test.audit.take(source, [journal.append(kind, body)]);
    }
    if (turn % 10 === 0)
      await test.audit.append("staff.changed", { staffId: "bo-li", by: "anna-rossi", changed: "role" });
  }
  all = await test.store.entries(0, 1_000, 1_000);
}, 60_000);
afterAll(() => test.remove());

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

/** What a search is to find, said in the plainest way. */
function expected(query: EventQuery): StoredEvent[] {
  const { kinds, source, person, from, to, sort, order } = query;
  const found = all.filter(
    ({ kind, at, body, ...event }) =>
      (kinds.length === 0 || kinds.includes(kind)) &&
      (source === null || event.source === source) &&
      (person === null || mentioned(body).includes(person)) &&
      (from === null || at >= from) &&
      (to === null || at < to),
  );
  found.sort((a, b) => compare(a[sort], b[sort]) || compare(a.at, b.at) || compare(a.leaf, b.leaf));
  return order === "up" ? found : found.reverse();
}

async function allPages(query: EventQuery): Promise<StoredEvent[]> {
  const found: StoredEvent[] = [];
  for (let after = query.after; ; ) {
    const page = await test.store.search({ ...query, after });
    found.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < query.limit) return found;
    const mark = writeMark({ key: query.sort === "at" ? "" : last[query.sort], at: last.at, leaf: last.leaf });
    after = readMark(mark);
  }
}

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const time = fc.integer({ min: 0, max: 70 }).map((tick) => 1_795_338_000_000 + tick);
const queries: fc.Arbitrary<EventQuery> = fc
  .record({
    kinds: fc.subarray(["camera.lost", "session.near", "staff.changed", "tap.refused", "radio.lost"]),
    source: maybe(fc.constantFrom(...SOURCES, "wardkey-fleet", "nowhere")),
    person: maybe(fc.constantFrom(...PEOPLE, "nobody")),
    ...{ from: maybe(time), to: maybe(time) },
    sort: fc.constantFrom("at" as const, "kind" as const, "source" as const),
    order: fc.constantFrom("up" as const, "down" as const),
    after: fc.constant(null),
    limit: fc.integer({ min: 1, max: 80 }),
  })
  .filter(isBounded);

describe("searching events", () => {
  it("finds what matches, in order, page by page, whatever is asked", async () => {
    await fc.assert(
      fc.asyncProperty(queries, async (query) => {
        const wanted = expected(query);
        expect((await allPages(query)).map(({ leaf }) => leaf)).toEqual(wanted.map(({ leaf }) => leaf));
        expect(await test.store.count(query, 20)).toBe(Math.min(20, wanted.length));
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  it("gives an event whole", async () => {
    const [newest] = await test.store.search({ ...EVERYTHING, kinds: ["staff.changed"], limit: 1 });
    expect(newest).toEqual(all.filter(({ kind }) => kind === "staff.changed").at(-1));
  });

  it("finds somebody as who did it, and as whom it was about", async () => {
    const about = async (person: string) =>
      (await test.store.search({ ...EVERYTHING, person, kinds: ["staff.changed"], limit: 200 })).length;
    expect([await about("anna-rossi"), await about("bo-li"), await about("chi-ola")]).toEqual([6, 6, 0]);
  });

  it("is not led astray by events that arrive between two pages", async () => {
    const first = await test.store.search({ ...EVERYTHING, kinds: ["tap.refused"], limit: 5 });
    const last = first.at(-1);
    const journal = new DeviceJournal();
    await test.audit.take("bed-9", [journal.append("tap.refused", { reason: "no-match" })]);
    const after = last === undefined ? null : { key: "", at: last.at, leaf: last.leaf };
    const second = await test.store.search({ ...EVERYTHING, kinds: ["tap.refused"], limit: 5, after });
    const wanted = expected({ ...EVERYTHING, kinds: ["tap.refused"] }).slice(0, 10);
    expect([...first, ...second].map(({ leaf }) => leaf)).toEqual(wanted.map(({ leaf }) => leaf));
  });
});

describe("every page that is offered", () => {
  const offered: readonly [string, Partial<EventQuery>][] = [
    ["everything by time", {}],
    ["everything by time, oldest first, from a mark", { order: "up", after: { key: "", at: 1, leaf: 1 } }],
    ["everything by kind", { sort: "kind", after: { key: "tap.refused", at: 1, leaf: 1 } }],
    ["everything by source", { sort: "source", order: "up", after: { key: "bed-2", at: 1, leaf: 1 } }],
    ["one kind within a time", { kinds: ["tap.refused"], from: 1, to: 2 }],
    ["one device within a time", { source: "bed-1", from: 1, to: 2 }],
    ["one device's kind", { source: "bed-1", kinds: ["tap.refused"] }],
    ["one person within a time", { person: "bo-li", from: 1, to: 2 }],
    ["one person at one device", { person: "bo-li", source: "bed-1", kinds: ["tap.refused"] }],
  ];
  it.each(offered)("is a walk along an index: %s", async (_what, asked) => {
    if (test.test.target.kind !== "sqlite") return expect(isBounded({ ...EVERYTHING, ...asked })).toBe(true);
    const { sql, bindings } = pageOf(test.test.database, { ...EVERYTHING, ...asked })
      .toSQL()
      .toNative();
    const plan: { detail: string }[] = await test.test.database.raw(`explain query plan ${sql}`, [...bindings]);
    const steps = plan.map(({ detail }) => detail);
    expect(steps.filter((step) => /TEMP B-TREE/.test(step))).toEqual([]);
    expect(steps.filter((step) => /^SCAN /.test(step) && !/USING INDEX/.test(step))).toEqual([]);
  });
});

describe("what may be asked", () => {
  const cases: readonly [string, Partial<EventQuery>, boolean][] = [
    ["everything by source", { sort: "source" }, true],
    ["one person by kind", { sort: "kind", person: "bo-li", from: 1 }, true],
    ["a kind by source", { sort: "source", kinds: ["tap.refused"] }, false],
    ["a time by kind", { sort: "kind", from: 1 }, false],
  ];
  it.each(cases)("%s: %s", (_what, asked, bounded) => {
    expect(isBounded({ ...EVERYTHING, ...asked })).toBe(bounded);
  });

  it("knows families of kinds", () => {
    expect(kindsOf("camera.*")).toEqual(["camera.back", "camera.lost"]);
    expect([kindsOf("camera.lost"), kindsOf("camera.found"), kindsOf("c.*")]).toEqual([["camera.lost"], null, null]);
  });

  it.each(["", "7", "7.", "a~b.c", "7.7.7", "k~7.7~", "x".repeat(200), "7.-1", "A~1.2"])("no mark: %j", (text) => {
    expect(readMark(text)).toBeNull();
  });
});
