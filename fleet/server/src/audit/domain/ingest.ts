import { checkJournalBody, type JournalEvent } from "@wardkey/protocol/fleet";
import { type ChainHead, followsChain } from "@wardkey/protocol/fleet/journal-hash";

export type HeldEntry = { seq: number; id: string; hash: string };

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

export type IngestPlan = { fresh: JournalEvent[]; head: ChainHead; refusal: IngestRefusal | null };

/** A refusal that an honest journal can never cause: it is remembered against the kiosk. */
export function breaksChain(refusal: IngestRefusal): boolean {
  return refusal.code === "journal-fork" || refusal.code === "journal-hash-mismatch";
}

/**
 * What to append of `events` behind `head`: entries already held are passed over when they are the same, and the first
 * one that does not continue the chain ends the plan.
 */
export function planIngest(head: ChainHead, held: readonly HeldEntry[], events: readonly JournalEvent[]): IngestPlan {
  const bySeq = new Map(held.map((entry) => [entry.seq, entry]));
  const byId = new Map(held.map((entry) => [entry.id, entry.seq]));
  const plan: IngestPlan = { fresh: [], head, refusal: null };
  let previous = 0;
  for (const event of events) {
    const refusal = refuse(plan.head, { bySeq, byId, previous, event });
    if (refusal !== null) return { ...plan, refusal };
    previous = event.seq;
    if (event.seq <= plan.head.seq) continue;
    const step = followsChain(plan.head, event);
    if (!step.ok) return { ...plan, refusal: { code: step.code, seq: step.seq, keys: [] } };
    plan.fresh.push(event);
    plan.head = step.head;
    byId.set(event.id, event.seq);
  }
  return plan;
}

function refuse(
  head: ChainHead,
  seen: {
    bySeq: ReadonlyMap<number, HeldEntry>;
    byId: ReadonlyMap<string, number>;
    previous: number;
    event: JournalEvent;
  },
): IngestRefusal | null {
  const { event } = seen;
  if (event.seq <= seen.previous) return { code: "journal-regression", seq: event.seq, keys: [] };
  if (event.seq <= head.seq) {
    const known = seen.bySeq.get(event.seq);
    const same = known !== undefined && known.id === event.id && known.hash === event.hash;
    return same ? null : { code: "journal-fork", seq: event.seq, keys: [] };
  }
  if (seen.byId.has(event.id)) return { code: "journal-fork", seq: event.seq, keys: [] };
  const body = checkJournalBody(event.kind, event.body);
  return body.ok ? null : { code: body.code, seq: event.seq, keys: body.keys.slice(0, 8) };
}
