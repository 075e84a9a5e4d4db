import { createHash, timingSafeEqual } from "node:crypto";
import { encode, rfc8949EncodeOptions } from "cborg";
import type { JournalEvent } from "./site-api.js";

/** What the hash of an entry covers: everything but the hash. */
export type JournalEntry = Omit<JournalEvent, "hash">;

/** The `prev` of a journal's first entry. */
export const JOURNAL_GENESIS: Uint8Array = new Uint8Array(32);

/** Deterministic CBOR (RFC 8949 4.2.1) of `{ seq, id, at, kind, body }`. */
export function journalEntryBytes(entry: JournalEntry): Uint8Array {
  const { seq, id, at, kind, body } = entry;
  return encode({ seq, id, at, kind, body }, rfc8949EncodeOptions);
}

/** SHA-256(prev || canonical bytes): 32 bytes, the `prev` of the next entry. */
export function journalHash(prev: Uint8Array, entry: JournalEntry): Uint8Array {
  if (prev.length !== 32) throw new RangeError("the hash before an entry has 32 bytes");
  return createHash("sha256").update(prev).update(journalEntryBytes(entry)).digest();
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
