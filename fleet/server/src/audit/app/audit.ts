import type { JournalEvent } from "@wardkey/protocol/fleet";
import { type ChainHead, EMPTY_CHAIN, followsChain } from "@wardkey/protocol/fleet/journal-hash";
import { breaksChain, type HeldEntry, type IngestPlan, type IngestRefusal, planIngest } from "../domain/ingest.js";

export type StoredEvent = JournalEvent & { kiosk: string };
export type ChainBreak = { code: string; seq: number; at: number };

/** Where the site keeps every kiosk's journal. What `append` answered survives a power cut. */
export interface JournalStore {
  /** Reads, decides and appends in one step that nothing can come between. */
  exchange(input: {
    kiosk: string;
    events: readonly JournalEvent[];
    decide(head: ChainHead, held: readonly HeldEntry[]): IngestPlan;
    breakOf(plan: IngestPlan): ChainBreak | null;
  }): Promise<IngestPlan>;
  head(kiosk: string): Promise<ChainHead>;
  breakOf(kiosk: string): Promise<ChainBreak | null>;
  markBroken(kiosk: string, broken: ChainBreak): Promise<void>;
  /** At most `limit` entries of one kiosk behind `afterSeq`, in order. */
  page(kiosk: string, afterSeq: number, limit: number): Promise<JournalEvent[]>;
  newest(limit: number): Promise<StoredEvent[]>;
  kiosks(): Promise<string[]>;
}

export interface Audit {
  /** Takes what continues the kiosk's chain; a refusal names the first entry that does not. */
  ingest(kiosk: string, events: readonly JournalEvent[]): Promise<{ head: ChainHead; refusal: IngestRefusal | null }>;
  head(kiosk: string): Promise<ChainHead>;
  /** Whether the chain held when last verified and no refused event broke it since. */
  chain(kiosk: string): Promise<{ seq: number; valid: boolean; broken: ChainBreak | null }>;
  /** Recomputes every hash of every journal from the store. */
  verify(): Promise<{ kiosk: string; valid: boolean; events: number }[]>;
  newest(limit: number): Promise<StoredEvent[]>;
}

const PAGE = 1_000;

export function createAudit({ store, now }: { store: JournalStore; now(): number }): Audit {
  const verifyKiosk = async (kiosk: string): Promise<{ kiosk: string; valid: boolean; events: number }> => {
    const stored = await store.head(kiosk);
    let head: ChainHead = EMPTY_CHAIN;
    for (;;) {
      const page = await store.page(kiosk, head.seq, PAGE);
      for (const event of page) {
        const step = followsChain(head, event);
        if (!step.ok) {
          await store.markBroken(kiosk, { code: "stored-chain-broken", seq: event.seq, at: now() });
          return { kiosk, valid: false, events: head.seq };
        }
        head = step.head;
      }
      if (page.length < PAGE) break;
    }
    // Entries that arrived while this ran make the chain longer than the head read before; a shorter one was cut.
    const rewritten = head.seq === stored.seq && Buffer.compare(head.hash, stored.hash) !== 0;
    const cut = head.seq < stored.seq || rewritten;
    if (cut) await store.markBroken(kiosk, { code: "stored-chain-cut", seq: head.seq, at: now() });
    return { kiosk, valid: !cut, events: head.seq };
  };
  return {
    async ingest(kiosk, events) {
      const plan = await store.exchange({
        kiosk,
        events,
        decide: (head, held) => planIngest(head, held, events),
        breakOf: ({ refusal }) =>
          refusal !== null && breaksChain(refusal) ? { code: refusal.code, seq: refusal.seq, at: now() } : null,
      });
      return { head: plan.head, refusal: plan.refusal };
    },
    head: (kiosk) => store.head(kiosk),
    async chain(kiosk) {
      const broken = await store.breakOf(kiosk);
      return { seq: (await store.head(kiosk)).seq, valid: broken === null, broken };
    },
    async verify() {
      const results = [];
      for (const kiosk of await store.kiosks()) results.push(await verifyKiosk(kiosk));
      return results;
    },
    newest: (limit) => store.newest(limit),
  };
}
