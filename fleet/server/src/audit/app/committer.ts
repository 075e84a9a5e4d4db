import { setTimeout as pause } from "node:timers/promises";
import { codeOf, type Duration, milliseconds, WardkeyError } from "@wardkey/protocol";
import { FLEET_CLIENT } from "@wardkey/protocol/fleet";
import { JournalHasher } from "@wardkey/protocol/fleet/journal-hash";
import type { Hash } from "@wardkey/protocol/fleet/merkle";
import type { Head } from "../domain/ingest.js";
import type { SiteLog } from "../domain/site-log.js";
import { type Alarm, type Outcome, type OwnEntry, Planner, storedOf, type Work } from "./flush.js";
import { loadLog } from "./load-log.js";
import type { AuditStore } from "./ports.js";

type Waiting = { readonly work: Work; done(outcome: Outcome): void; failed(error: unknown): void };

/** How long a commit waits for company, and what one commit takes at most. */
const COLLECT_FOR = milliseconds(8);
const MAX_EVENTS = 2_000;
/** What may wait before senders are told to come back: a few seconds of the fastest fleet. */
const MAX_WAITING = 20_000;
const MARK_EVERY = 1_000;
const CONFLICT = "database-conflict";

export interface CommitterParts {
  readonly store: AuditStore;
  now(): number;
  own(alarm: Alarm): OwnEntry;
  /** Told after the commit: what every commit brought, and every failure's code. */
  onCommitted?(news: { events: number; kinds: ReadonlySet<string>; alarms: readonly Alarm[] }): void;
  onFailed?(code: string, waiting: number): void;
  readonly collectFor?: Duration;
}

/**
 * Group commit: everything that comes in while one transaction is on its way to the disk goes into the next, so that
 * one flush serves hundreds of events. What `add` resolves with survives a power cut.
 */
export class Committer {
  readonly #parts: CommitterParts;
  readonly #hasher = new JournalHasher();
  /** The newest entries, as committed; emptied whenever that may not be so. */
  readonly #heads = new Map<string, Head>();
  readonly #unmarked = new Map<string, Head>();
  #log: SiteLog | null = null;
  #waiting: Waiting[] = [];
  #events = 0;
  #running: Promise<void> | null = null;
  #marked = 0;
  #closed = false;

  constructor(parts: CommitterParts) {
    this.#parts = parts;
  }

  /** Throws `audit-busy` when too much waits already, and the database's code when nothing could be kept. */
  add(work: Work): Promise<Outcome> {
    if (this.#closed) return Promise.reject(new WardkeyError("audit-closed", "the audit is closed"));
    const size = sizeOf(work);
    if (this.#events + size > MAX_WAITING)
      return Promise.reject(new WardkeyError("audit-busy", "too many events wait for the database: send them again"));
    this.#events += size;
    const added = new Promise<Outcome>((done, failed) => this.#waiting.push({ work, done, failed }));
    this.#running ??= this.#run();
    return added;
  }

  /** The log as last committed, brought up to what other fleet servers committed. */
  async log(): Promise<SiteLog> {
    const state = await this.#parts.store.state();
    if (this.#log === null || this.#log.size < state.size) await this.add(NOTHING);
    if (this.#log === null) throw new WardkeyError("unreachable-case", "a commit leaves a log");
    return this.#log;
  }

  async close(): Promise<void> {
    this.#marked = 0;
    if (!this.#closed && this.#unmarked.size > 0) await this.add(NOTHING).catch(() => undefined);
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        await pause(this.#parts.collectFor ?? COLLECT_FOR);
        const batch = this.#take();
        try {
          const outcomes = await this.#commit(batch, false);
          for (const [at, { done }] of batch.entries()) done(outcomes[at] ?? { head: EMPTY, refusal: null });
        } catch (error) {
          this.#forget();
          this.#parts.onFailed?.(codeOf(error), this.#events);
          for (const { failed } of batch) failed(error);
        }
      }
    } finally {
      this.#running = null;
    }
  }

  #take(): Waiting[] {
    let events = 0;
    let count = 0;
    while (count < this.#waiting.length && events < MAX_EVENTS) {
      const next = this.#waiting[count];
      if (next === undefined) break;
      events += sizeOf(next.work);
      count += 1;
    }
    this.#events -= events;
    return this.#waiting.splice(0, count);
  }

  async #commit(batch: readonly Waiting[], careful: boolean): Promise<readonly Outcome[]> {
    try {
      return await this.#attempt(batch, careful);
    } catch (error) {
      // An id that is there already: look every one up, so that only the event that carries it is refused.
      if (careful || codeOf(error) !== CONFLICT) throw error;
      this.#forget();
      return this.#commit(batch, true);
    }
  }

  async #attempt(batch: readonly Waiting[], careful: boolean): Promise<readonly Outcome[]> {
    const { store, now, own } = this.#parts;
    const done = await store.exclusively(async (writes) => {
      const log = await loadLog(writes, this.#log, (source, head) => this.#heads.set(source, head));
      const alarm = this.#log === null && !log.isWhole() ? [ALTERED] : [];
      const planner = new Planner({ writes, hasher: this.#hasher, heads: this.#heads, own, careful, now });
      const planned = await planner.plan([...batch.map(({ work }) => work), ...alarm]);
      const leaves = planned.entries.map(({ fresh }): Hash => Buffer.from(fresh.leaf, "binary"));
      const staged = log.stage(leaves);
      if (leaves.length > 0) {
        await writes.insert(storedOf(planned, log.size));
        await writes.grow(staged.state, staged.tiles);
      }
      const marks = this.#dueMarks(planned.heads);
      if (marks !== null) await writes.mark(marks);
      return { log, staged, planned, marks };
    });
    done.staged.commit();
    this.#log = done.log;
    for (const [source, head] of done.planned.heads) this.#unmarked.set(source, head);
    if (done.marks !== null) this.#unmarked.clear();
    const { entries, alarms } = done.planned;
    if (entries.length > 0) {
      const kinds = new Set(entries.map(({ fresh }) => fresh.event.kind));
      this.#parts.onCommitted?.({ events: entries.length, kinds, alarms });
    }
    return done.planned.outcomes;
  }

  /** A mark each second is enough: between two of them the log itself shows a cut. */
  #dueMarks(heads: ReadonlyMap<string, Head>): ReadonlyMap<string, Head> | null {
    const at = performance.now();
    if (this.#marked !== 0 && at - this.#marked < MARK_EVERY) return null;
    this.#marked = at;
    return new Map([...this.#unmarked, ...heads]);
  }

  /** Nothing in memory is believed until it was read again. */
  #forget(): void {
    this.#heads.clear();
    this.#log = null;
  }
}

const EMPTY: Head = { seq: 0, hash: "" };
const NOTHING: Work = { kind: "events", source: FLEET_CLIENT, events: [] };
const ALTERED: Work = { kind: "alarm", source: FLEET_CLIENT, code: "stored-log-altered", seq: 0 };
const sizeOf = (work: Work): number => (work.kind === "events" ? Math.max(1, work.events.length) : 1);
