import { encode, rfc8949EncodeOptions } from "cborg";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  EMPTY_CHAIN,
  followsChain,
  JOURNAL_GENESIS,
  type JournalEntry,
  JournalHasher,
  journalEntryBytes,
  journalHash,
} from "./journal-hash.js";
import { leafHash } from "./merkle.js";
import { JournalEvent } from "./site-api.js";

const entry: JournalEntry = {
  seq: 1,
  id: "0199a1b2-0000-7000-8000-000000000001",
  at: 1_795_338_000_000,
  kind: "session.unlocked",
  body: { session: "0199a1b2-0000-7000-8000-000000000002", staffId: "anna-rossi", ms: 640 },
};

const entries: fc.Arbitrary<JournalEntry> = fc.record({
  seq: fc.integer({ min: 1, max: 2 ** 40 }),
  id: fc.uuid(),
  at: fc.integer({ min: 0, max: 8_640_000_000_000_000 }),
  kind: fc.stringMatching(/^[a-z][a-z0-9.-]{1,63}$/),
  body: fc.dictionary(
    fc.string({ maxLength: 40 }).filter((key) => key !== "__proto__"),
    fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
    ),
    { maxKeys: 5, noNullPrototype: true },
  ),
});

const eventOf = (prev: Uint8Array, made: JournalEntry): JournalEvent => ({
  ...made,
  hash: Buffer.from(journalHash(prev, made)).toString("base64url"),
});

describe("the journal's hash", () => {
  it("is the same for ever", () => {
    expect(Buffer.from(journalHash(JOURNAL_GENESIS, entry)).toString("base64url")).toMatchInlineSnapshot(
      `"9Igl0Q4Cj6GN2kKkC82lzGJfW4k_2a2bB1n9SJAsu5o"`,
    );
  });

  it("survives the way through JSON and does not depend on the order of keys", () => {
    fc.assert(
      fc.property(entries, fc.uint8Array({ minLength: 32, maxLength: 32 }), (made, prev) => {
        const travelled = JournalEvent.parse(JSON.parse(JSON.stringify(eventOf(prev, made))));
        const { hash, ...rest } = travelled;
        const turned = { ...rest, body: Object.fromEntries(Object.entries(rest.body).reverse()) };
        expect(Buffer.from(journalHash(prev, turned)).toString("base64url")).toBe(hash);
      }),
    );
  });

  it("is never another for a key that a reader would drop: the entry is refused", () => {
    const sent = '{"seq":1,"id":"0199a1b2-0000-7000-8000-000000000001","at":0,"kind":"aa","body":{"__proto__":false},';
    const read = JournalEvent.safeParse(JSON.parse(`${sent}"hash":"${"A".repeat(43)}"}`));
    expect(read.error?.issues.map(({ path, message }) => [path, message])).toEqual([
      [["body"], "__proto__ is no key of an entry"],
    ]);
  });

  it("changes with every member and with what came before", () => {
    const base = journalHash(JOURNAL_GENESIS, entry);
    const others = [
      journalHash(new Uint8Array(32).fill(1), entry),
      journalHash(JOURNAL_GENESIS, { ...entry, seq: 2 }),
      journalHash(JOURNAL_GENESIS, { ...entry, id: "0199a1b2-0000-7000-8000-000000000003" }),
      journalHash(JOURNAL_GENESIS, { ...entry, at: entry.at + 1 }),
      journalHash(JOURNAL_GENESIS, { ...entry, kind: "session.locked" }),
      journalHash(JOURNAL_GENESIS, { ...entry, body: { ...entry.body, ms: 641 } }),
    ];
    expect(new Set([base, ...others].map((hash) => Buffer.from(hash).toString("hex"))).size).toBe(7);
  });
});

describe("the journal's canonical bytes", () => {
  it("are what a general encoder of deterministic CBOR writes", () => {
    fc.assert(
      fc.property(entries, (made) => {
        const { seq, id, at, kind, body } = made;
        const general = encode({ seq, id, at, kind, body }, rfc8949EncodeOptions);
        expect(Buffer.from(journalEntryBytes(made)).toString("hex")).toBe(Buffer.from(general).toString("hex"));
      }),
      { numRuns: 2_000 },
    );
  });

  it("give the hasher of many entries the same hashes, and a leaf that binds source, place, hash and entry", () => {
    const hasher = new JournalHasher();
    const text = fc.string({ unit: "binary", maxLength: 300 });
    fc.assert(
      fc.property(entries, fc.uint8Array({ minLength: 32, maxLength: 32 }), text, (made, prev, source) => {
        const hash = journalHash(prev, made);
        expect(hasher.chain(Buffer.from(prev).toString("base64url"), made)).toBe(
          Buffer.from(hash).toString("base64url"),
        );
        const { seq, id, at, kind, body } = made;
        const leaf = leafHash(encode([source, seq, hash, { seq, id, at, kind, body }], rfc8949EncodeOptions));
        const given = hasher.leaf(source, seq, Buffer.from(hash).toString("base64url"));
        expect(Buffer.from(given, "binary").toString("hex")).toBe(Buffer.from(leaf).toString("hex"));
      }),
    );
  });
});

describe("what may follow a chain", () => {
  const first = eventOf(JOURNAL_GENESIS, entry);

  it("is the next entry with the right hash", () => {
    const step = followsChain(EMPTY_CHAIN, first);
    expect(step).toEqual({ ok: true, head: { seq: 1, hash: journalHash(JOURNAL_GENESIS, entry) } });
  });

  it("is nothing else", () => {
    const head = { seq: 1, hash: journalHash(JOURNAL_GENESIS, entry) };
    const second = eventOf(head.hash, { ...entry, seq: 2 });
    expect(followsChain(EMPTY_CHAIN, second)).toEqual({ ok: false, code: "journal-gap", seq: 2 });
    expect(followsChain(head, first)).toEqual({ ok: false, code: "journal-regression", seq: 1 });
    const forged = { ...second, at: second.at + 1 };
    expect(followsChain(head, forged)).toEqual({ ok: false, code: "journal-hash-mismatch", seq: 2 });
    expect(followsChain(head, { ...second, hash: "" })).toEqual({ ok: false, code: "journal-hash-mismatch", seq: 2 });
  });
});
