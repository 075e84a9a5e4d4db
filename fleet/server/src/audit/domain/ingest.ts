import { type AckBody, checkJournalBody, type JournalEvent } from "@wardkey/protocol/fleet";
import type { JournalHasher } from "@wardkey/protocol/fleet/journal-hash";

/** A chain's newest entry; its hash as events carry it. */
export type Head = { readonly seq: number; readonly hash: string };
export type HeldEntry = { seq: number; id: string; hash: string };

/** The hash before a first entry: 32 zero bytes. */
export const EMPTY_HEAD: Head = { seq: 0, hash: "A".repeat(43) };

export type IngestRefusal = {
  code:
    | "journal-gap"
    | "journal-regression"
    | "journal-fork"
    | "journal-hash-mismatch"
    | "event-kind-unknown"
    | "event-body-refused";
  /** Sequence of the event that was refused; the ones before it were taken. */
  seq: number;
  /** Names of the keys that its kind does not allow. */
  keys: readonly string[];
};

/** An event and the hash of its leaf in the site's log, one character a byte. */
export type FreshEvent = { readonly event: JournalEvent; readonly leaf: string };
export type IngestPlan = { fresh: FreshEvent[]; head: Head; refusal: IngestRefusal | null };

/** A refusal that an honest journal can never cause: it is remembered against the device. */
export function breaksChain(refusal: IngestRefusal): boolean {
  return refusal.code === "journal-fork" || refusal.code === "journal-hash-mismatch";
}

/**
 * The entries of a batch that are in the chain, by what was answered to it: those before the first that was refused. What
 * is refused may lie below the acknowledged sequence (a fork), and is nobody's to act upon.
 */
export function durableOf(
  events: readonly JournalEvent[],
  { seq: reached, refusal }: Pick<AckBody, "seq" | "refusal">,
): readonly JournalEvent[] {
  let previous = 0;
  const end = events.findIndex(({ seq }) => {
    const regresses = seq <= previous;
    previous = seq;
    // One that regresses is refused by a sequence which an entry before it may have.
    const refused = refusal !== null && refusal.code !== "journal-regression" && seq >= refusal.seq;
    return regresses || refused || seq > reached;
  });
  return end < 0 ? events : events.slice(0, end);
}

/** Whether judging `events` behind `head` takes entries that are stored already. */
export function needsHeld(head: Head, events: readonly JournalEvent[]): boolean {
  return events.some(({ seq }) => seq <= head.seq);
}

/**
 * What to append of `events` behind `head`: entries already held are passed over when they are the same to the last
 * byte, and the first one that does not continue the chain ends the plan. `held`: of every entry that may be held, that
 * entry and the one before it.
 */
export function planIngest(input: {
  source: string;
  head: Head;
  held: readonly HeldEntry[];
  events: readonly JournalEvent[];
  hasher: JournalHasher;
}): IngestPlan {
  const bySeq = new Map(input.held.map((entry) => [entry.seq, entry]));
  const byId = new Map(input.held.map((entry) => [entry.id, entry.seq]));
  const plan: IngestPlan = { fresh: [], head: input.head, refusal: null };
  let previous = 0;
  for (const event of input.events) {
    const refusal = refuse(plan.head, { bySeq, byId, previous, event, hasher: input.hasher });
    if (refusal !== null) return { ...plan, refusal };
    previous = event.seq;
    if (event.seq <= plan.head.seq) continue;
    if (event.seq > plan.head.seq + 1) return { ...plan, refusal: { code: "journal-gap", seq: event.seq, keys: [] } };
    const hash = input.hasher.chain(plan.head.hash, event);
    if (hash !== event.hash) return { ...plan, refusal: { code: "journal-hash-mismatch", seq: event.seq, keys: [] } };
    plan.fresh.push({ event, leaf: input.hasher.leaf(input.source, event.seq, hash) });
    plan.head = { seq: event.seq, hash };
    bySeq.set(event.seq, event);
    byId.set(event.id, event.seq);
  }
  return plan;
}

function refuse(
  head: Head,
  seen: {
    bySeq: ReadonlyMap<number, HeldEntry>;
    byId: ReadonlyMap<string, number>;
    previous: number;
    event: JournalEvent;
    hasher: JournalHasher;
  },
): IngestRefusal | null {
  const { event } = seen;
  if (event.seq <= seen.previous) return { code: "journal-regression", seq: event.seq, keys: [] };
  if (event.seq <= head.seq) {
    const known = seen.bySeq.get(event.seq);
    const before = event.seq === 1 ? EMPTY_HEAD.hash : seen.bySeq.get(event.seq - 1)?.hash;
    const same = known !== undefined && known.id === event.id && known.hash === event.hash;
    // Who repeats an entry's hash over other words would otherwise have told something that is in no log.
    const isTold = same && before !== undefined && seen.hasher.chain(before, event) === event.hash;
    return isTold ? null : { code: "journal-fork", seq: event.seq, keys: [] };
  }
  if (seen.byId.has(event.id)) return { code: "journal-fork", seq: event.seq, keys: [] };
  const body = checkJournalBody(event.kind, event.body);
  return body.ok ? null : { code: body.code, seq: event.seq, keys: body.keys.slice(0, 8) };
}
