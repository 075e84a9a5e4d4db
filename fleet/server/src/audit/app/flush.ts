import { FLEET_CLIENT, type JournalEvent } from "@wardkey/protocol/fleet";
import type { JournalHasher } from "@wardkey/protocol/fleet/journal-hash";
import { judgeCheckpoint } from "../domain/checkpoint.js";
import {
  breaksChain,
  EMPTY_HEAD,
  type FreshEvent,
  type Head,
  type HeldEntry,
  type IngestRefusal,
  needsHeld,
  planIngest,
} from "../domain/ingest.js";
import type { AuditWrites, StoredCheckpoint, StoredEvent } from "./ports.js";

/** What waits for the next commit. */
export type Work =
  | { readonly kind: "events"; readonly source: string; readonly events: readonly JournalEvent[] }
  | { readonly kind: "checkpoint"; readonly source: string; readonly checkpoint: Omit<StoredCheckpoint, "code"> }
  | { readonly kind: "own"; readonly source: typeof FLEET_CLIENT; readonly entry: OwnEntry }
  | { readonly kind: "alarm"; readonly source: string; readonly code: string; readonly seq: number };

/** An act of the fleet's before it has its place in the chain. */
export type OwnEntry = Omit<JournalEvent, "seq" | "hash">;

export type Outcome = { readonly head: Head; readonly refusal: Refused | null };
export type Refused = Omit<IngestRefusal, "code"> & { readonly code: string };
export type Alarm = { readonly source: string; readonly code: string; readonly seq: number };

export interface Planned {
  readonly entries: readonly { readonly source: string; readonly fresh: FreshEvent }[];
  readonly outcomes: readonly Outcome[];
  readonly heads: ReadonlyMap<string, Head>;
  readonly alarms: readonly Alarm[];
}

/** Judges everything that waits, in order, against the chains as `writes` holds them and as this batch leaves them. */
export class Planner {
  readonly #writes: AuditWrites;
  readonly #hasher: JournalHasher;
  readonly #heads: Map<string, Head>;
  readonly #changed = new Map<string, Head>();
  readonly #entries: { source: string; fresh: FreshEvent }[] = [];
  readonly #alarms: Alarm[] = [];
  readonly #own: (code: Alarm) => OwnEntry;
  /** Look ids up before they are inserted: after an insert met one that is there. */
  readonly #careful: boolean;
  readonly #now: () => number;

  constructor(input: {
    writes: AuditWrites;
    hasher: JournalHasher;
    heads: Map<string, Head>;
    own: (alarm: Alarm) => OwnEntry;
    careful: boolean;
    now: () => number;
  }) {
    this.#writes = input.writes;
    this.#hasher = input.hasher;
    this.#heads = input.heads;
    this.#own = input.own;
    this.#careful = input.careful;
    this.#now = input.now;
  }

  async plan(works: readonly Work[]): Promise<Planned> {
    const unknown = new Set(works.map(({ source }) => source).concat(FLEET_CLIENT));
    for (const source of this.#heads.keys()) unknown.delete(source);
    const found = await this.#writes.heads([...unknown]);
    for (const source of unknown) this.#heads.set(source, found.get(source) ?? EMPTY_HEAD);
    const outcomes: Outcome[] = [];
    for (const work of works) outcomes.push(await this.#one(work));
    return { entries: this.#entries, outcomes, heads: this.#changed, alarms: this.#alarms };
  }

  async #one(work: Work): Promise<Outcome> {
    switch (work.kind) {
      case "events":
        return this.#events(work.source, work.events);
      case "own":
        return this.#append(work.entry);
      case "checkpoint":
        return this.#checkpoint(work.checkpoint);
      case "alarm":
        await this.#alarm(work);
        return { head: this.#head(work.source), refusal: null };
    }
  }

  async #events(source: string, events: readonly JournalEvent[]): Promise<Outcome> {
    const head = this.#head(source);
    const look = this.#careful || needsHeld(head, events);
    const held = look ? await this.#held(source, events) : [];
    const plan = planIngest({ source, head, held, events, hasher: this.#hasher });
    for (const fresh of plan.fresh) this.#entries.push({ source, fresh });
    if (plan.fresh.length > 0) this.#move(source, plan.head);
    if (plan.refusal !== null && breaksChain(plan.refusal)) await this.#alarm({ source, ...plan.refusal });
    return { head: plan.head, refusal: plan.refusal };
  }

  /** What is stored, and what this batch is about to store, of these sequences, those before them, and these ids. */
  async #held(source: string, events: readonly JournalEvent[]): Promise<HeldEntry[]> {
    const seqs = new Set(events.flatMap(({ seq }) => [seq - 1, seq]));
    const ids = new Set(events.map(({ id }) => id));
    const stored = await this.#writes.held(source, [...seqs], this.#careful ? [...ids] : []);
    const coming = this.#entries.flatMap((entry) => (entry.source === source ? [entry.fresh.event] : []));
    return [...stored, ...coming.filter(({ seq, id }) => seqs.has(seq) || ids.has(id))];
  }

  #append(entry: OwnEntry): Outcome {
    const { seq: last, hash: prev } = this.#head(FLEET_CLIENT);
    const seq = last + 1;
    const hash = this.#hasher.chain(prev, { seq, ...entry });
    const leaf = this.#hasher.leaf(FLEET_CLIENT, seq, hash);
    this.#entries.push({ source: FLEET_CLIENT, fresh: { event: { seq, ...entry, hash }, leaf } });
    const head = { seq, hash };
    this.#move(FLEET_CLIENT, head);
    return { head, refusal: null };
  }

  async #checkpoint(checkpoint: Omit<StoredCheckpoint, "code">): Promise<Outcome> {
    const { device, seq } = checkpoint;
    const head = this.#head(device);
    const coming = this.#entries.find(({ source, fresh }) => source === device && fresh.event.seq === seq);
    const [stored] = coming === undefined ? await this.#writes.held(device, [seq], []) : [coming.fresh.event];
    const newest = await this.#writes.newestCheckpoint(device);
    const { code } = judgeCheckpoint({ checkpoint, head, held: stored?.hash ?? null, newest });
    if (code !== "checkpoint-ahead") await this.#writes.keepCheckpoint({ ...checkpoint, code });
    if (code === null) return { head, refusal: null };
    if (code !== "checkpoint-ahead") await this.#alarm({ source: device, code, seq });
    return { head, refusal: { code, seq, keys: [] } };
  }

  /** Once for each device and code: what is known already is nobody's news. */
  async #alarm({ source, code, seq }: Alarm): Promise<void> {
    if (!(await this.#writes.recordBreak(source, { code, seq, at: this.#now() }))) return;
    this.#alarms.push({ source, code, seq });
    this.#append(this.#own({ source, code, seq }));
  }

  #head(source: string): Head {
    return this.#heads.get(source) ?? EMPTY_HEAD;
  }

  #move(source: string, head: Head): void {
    this.#heads.set(source, head);
    this.#changed.set(source, head);
  }
}

export const storedOf = (planned: Planned, firstLeaf: number): StoredEvent[] =>
  planned.entries.map(({ source, fresh }, at) => ({ ...fresh.event, source, leaf: firstLeaf + at }));
