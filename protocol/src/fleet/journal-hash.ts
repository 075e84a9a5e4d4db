import { createHash, hash as digest, timingSafeEqual } from "node:crypto";
import { CanonicalWriter, countSize, textSize } from "./canonical.js";
import type { JournalEvent } from "./site-api.js";

/** What the hash of an entry covers: everything but the hash. */
export type JournalEntry = Omit<JournalEvent, "hash">;

/** The `prev` of a journal's first entry. */
export const JOURNAL_GENESIS: Uint8Array = new Uint8Array(32);

/** Deterministic CBOR (RFC 8949 4.2.1) of `{ seq, id, at, kind, body }`. */
export function journalEntryBytes(entry: JournalEntry): Uint8Array {
  return Uint8Array.from(writeEntry(new CanonicalWriter(512), entry).written);
}

/** SHA-256(prev || canonical bytes): 32 bytes, the `prev` of the next entry. */
export function journalHash(prev: Uint8Array, entry: JournalEntry): Uint8Array {
  if (prev.length !== 32) throw new RangeError("the hash before an entry has 32 bytes");
  return createHash("sha256").update(prev).update(journalEntryBytes(entry)).digest();
}

/**
 * Hashes entries one after another without making anything for each: what a site uses that takes in and verifies
 * millions. Hashes are base64url, as events carry them.
 */
export class JournalHasher {
  readonly #orders = new KeyOrders();
  /** The entry from `ROOM` on; before it stands what is hashed with it. */
  readonly #bytes = new CanonicalWriter(8_192);
  #end = ROOM;

  /** The hash of `entry` behind `prev`; the entry stays for `leaf`. */
  chain(prev: string, entry: JournalEntry): string {
    const bytes = writeEntry(this.#bytes.seek(ROOM), entry, this.#orders);
    this.#end = bytes.at;
    return this.follow(prev);
  }

  /** The hash of the entry that `chain` wrote last, behind another `prev`. */
  follow(prev: string): string {
    this.#bytes.seek(ROOM - HASH_BYTES).hash(prev, "base64url");
    return digest("sha256", this.#bytes.between(ROOM - HASH_BYTES, this.#end), "base64url");
  }

  /**
   * The leaf of the site's log for the entry that `chain` hashed last: SHA-256(0x00 || CBOR [source, seq, hash, entry]),
   * which binds whose entry it is, its place and everything before it. `binary`: one character a byte.
   */
  leaf(source: string, seq: number, hash: string): string {
    const start = ROOM - (2 + textSize(source) + countSize(seq) + 2 + HASH_BYTES);
    if (start < 0) throw new RangeError("no source has so long a name");
    const bytes = this.#bytes.seek(start).raw(LEAF).array(4).text(source).number(seq);
    bytes.byteString(HASH_BYTES).hash(hash, "base64url");
    return digest("sha256", bytes.between(start, this.#end), "binary");
  }
}

const HASH_BYTES = 32;
const ROOM = 2_048;

/** RFC 6962 2.1: a leaf's hash begins with 0x00. */
const LEAF = Uint8Array.of(0);

/** RFC 8949 4.2.1: shorter keys first, then by their bytes. */
function writeEntry(writer: CanonicalWriter, entry: JournalEntry, orders?: KeyOrders): CanonicalWriter {
  const { seq, id, at, kind, body } = entry;
  writer.map(5).text("at").number(at).text("id").text(id).text("seq").number(seq).text("body");
  const given = Object.keys(body);
  const keys = given.length < 2 ? given : (orders?.of(given) ?? given.sort(byEncoding));
  writer.map(keys.length);
  for (const key of keys) writer.text(key).value(body[key] ?? null);
  return writer.text("kind").text(kind);
}

/** Bodies of one kind come with the same keys again and again: each order is sorted once. */
class KeyOrders {
  readonly #known = new Map<string, readonly string[]>();

  of(keys: string[]): readonly string[] {
    const name = keys.join("\n");
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const sorted = keys.sort(byEncoding);
    if (this.#known.size < MAX_ORDERS && keys.every((key) => !key.includes("\n"))) this.#known.set(name, sorted);
    return sorted;
  }
}
const MAX_ORDERS = 1_000;

function byEncoding(one: string, other: string): number {
  const [left, right] = [Buffer.from(one, "utf8"), Buffer.from(other, "utf8")];
  return left.length - right.length || Buffer.compare(left, right);
}

export type ChainHead = { seq: number; hash: Uint8Array };
export const EMPTY_CHAIN: ChainHead = { seq: 0, hash: JOURNAL_GENESIS };

export type ChainStep =
  | { ok: true; head: ChainHead }
  | { ok: false; code: "journal-gap" | "journal-regression" | "journal-hash-mismatch"; seq: number };

/** Whether `event` is the one entry that may follow `head`. */
export function followsChain(head: ChainHead, event: JournalEvent): ChainStep {
  if (event.seq > head.seq + 1) return { ok: false, code: "journal-gap", seq: event.seq };
  if (event.seq <= head.seq) return { ok: false, code: "journal-regression", seq: event.seq };
  const { hash, ...entry } = event;
  const expected = journalHash(head.hash, entry);
  const given = Buffer.from(hash, "base64url");
  if (given.length !== 32 || !timingSafeEqual(given, expected)) {
    return { ok: false, code: "journal-hash-mismatch", seq: event.seq };
  }
  return { ok: true, head: { seq: event.seq, hash: expected } };
}
