import { type Clock, codeOf, type Duration, seconds, WardkeyError } from "@wardkey/protocol";
import { checkJournalBody, type JournalBody, type JournalEvent, type JournalKind } from "@wardkey/protocol/fleet";
import { type ChainHead, EMPTY_CHAIN } from "@wardkey/protocol/fleet/journal-hash";
import type { Timers } from "../time.js";
import { ChainOnDisk } from "./chain-on-disk.js";
import type { ChainCheck, Draft } from "./store.js";

/** Events that wait in memory while the disk takes none; older ones go first when there are more. */
const WAITING_AT_MOST = 2_000;
/** Entries of one transaction. */
const BATCH = 100;
const RETRY: Duration = seconds(2);
const SET_ASIDE_FOR: ReadonlySet<string> = new Set<JournalKind>(["break-glass.opened", "session.locked"]);

export type Appended =
  | { readonly ok: true; readonly event: JournalEvent }
  | { readonly ok: false; readonly code: string };

export interface JournalHealth {
  readonly state: "ok" | "down";
  /** SQLite's or the system's code of the last failure. */
  readonly code: string | null;
}

/** Where a child process of the tests may be killed, and what a trace may show. */
export type JournalPoint = "asked" | "writing" | "written";

export interface JournalSettings {
  readonly file: string;
  readonly clock: Clock;
  readonly timers: Timers;
  /** A fresh UUID each time. */
  readonly newId: () => string;
  /** Largest size of the file in SQLite pages. */
  readonly maxPages?: number;
  /** A file made beforehand, into which an emergency and its end are written while the journal's own takes nothing. */
  readonly setAside?: string;
  readonly trace?: (point: JournalPoint, kind: string) => void;
}

const isForAside = ({ draft }: Waiting): boolean => SET_ASIDE_FOR.has(draft.kind);

interface Waiting {
  readonly draft: Draft;
  /** Asked for with `append`: told at once when it cannot be written, and forgotten. */
  readonly answer: ((appended: Appended) => void) | null;
}

/**
 * The agent's journal: a hash chain on disk. `append` answers when the entry is durable, so that its effect may follow;
 * `note` never makes anybody wait, keeps the entry in memory while the disk refuses, and writes it with its true time later.
 */
export class Journal {
  readonly #settings: JournalSettings;
  #store: ChainOnDisk | null = null;
  #waiting: Waiting[] = [];
  #dropped = 0;
  #writing: Promise<void> | null = null;
  #health: JournalHealth = { state: "down", code: "journal-not-open" };
  #listeners = new Set<(health: JournalHealth) => void>();
  #appended = new Set<() => void>();
  #cancelRetry: (() => void) | null = null;
  #closed = false;

  private constructor(settings: JournalSettings) {
    this.#settings = settings;
  }

  /** Never throws for the disk's sake: a journal that cannot open is `down` and tries again. */
  static async open(settings: JournalSettings): Promise<Journal> {
    const journal = new Journal(settings);
    await journal.#flush();
    return journal;
  }

  get health(): JournalHealth {
    return this.#health;
  }

  /** Whether an emergency could be recorded although the journal is down. */
  get setAside(): "ok" | "down" {
    return this.#store?.setAside ?? "down";
  }

  onHealth(listener: (health: JournalHealth) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Called after entries became durable. */
  onAppended(listener: () => void): () => void {
    this.#appended.add(listener);
    return () => this.#appended.delete(listener);
  }

  /** Durable when it answers `ok`; otherwise nothing was written, nor will be. */
  append<K extends JournalKind>(kind: K, body: JournalBody<K>): Promise<Appended> {
    const draft = this.#draft(kind, body);
    return new Promise((answer) => {
      this.#waiting.push({ draft, answer });
      this.#kick();
    });
  }

  /** Written as soon as the disk lets it. */
  note<K extends JournalKind>(kind: K, body: JournalBody<K>): void {
    this.#waiting.push({ draft: this.#draft(kind, body), answer: null });
    while (this.#waiting.length > WAITING_AT_MOST) {
      const oldest = this.#waiting.findIndex((each) => each.answer === null);
      if (oldest < 0) break;
      this.#waiting.splice(oldest, 1);
      this.#dropped++;
    }
    this.#kick();
  }

  /** Resolves when everything asked for so far was written or could not be. */
  async settled(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }

  /** Entries after `seq`, oldest first; empty while the journal is down. */
  async after(seq: number, limit: number): Promise<readonly JournalEvent[]> {
    return this.#store === null ? [] : await this.#store.after(seq, limit);
  }

  async latest(kinds: readonly JournalKind[]): Promise<JournalEvent | null> {
    return this.#store === null ? null : await this.#store.latest(kinds);
  }

  /** Every entry of a kind of which there are few, oldest first. */
  async ofKind(kind: JournalKind): Promise<readonly JournalEvent[]> {
    return this.#store === null ? [] : await this.#store.ofKind(kind);
  }

  async outbox(): Promise<number> {
    return this.#store === null ? 0 : await this.#store.outbox();
  }

  /** Everything up to `seq` is durable at the site. */
  async acknowledge(seq: number): Promise<void> {
    await this.#store?.acknowledge(seq);
  }

  /** The site lost what came after `seq`, as one that was restored from a backup: it is sent again. */
  async rewind(seq: number): Promise<void> {
    await this.#store?.rewind(seq);
  }

  /** The newest entry's sequence and hash; of an empty chain while the journal is down. */
  async head(): Promise<ChainHead> {
    return this.#store === null ? EMPTY_CHAIN : await this.#store.head();
  }

  async verify(): Promise<ChainCheck> {
    if (this.#store === null) throw new WardkeyError("journal-unavailable", "the journal is not open");
    return await this.#store.verify();
  }

  /** Gives the file more room, in SQLite pages. */
  async resize(maxPages: number): Promise<void> {
    await this.#store?.resize(maxPages);
  }

  /** Writes what waits, if the disk lets it, and closes the file. */
  async close(): Promise<void> {
    await this.settled();
    this.#closed = true;
    this.#cancelRetry?.();
    for (const { answer } of this.#waiting.splice(0)) answer?.({ ok: false, code: "journal-closed" });
    await this.#store?.close();
    this.#store = null;
  }

  #draft<K extends JournalKind>(kind: K, body: JournalBody<K>): Draft {
    const check = checkJournalBody(kind, body);
    if (!check.ok) throw new WardkeyError(check.code, `${kind} may not carry ${check.keys.join(", ")}`);
    this.#settings.trace?.("asked", kind);
    // Through JSON: what is hashed is what a reader of the file gets back.
    return {
      id: this.#settings.newId(),
      at: Math.floor(this.#settings.clock.now()),
      kind,
      body: JSON.parse(JSON.stringify(body)),
    };
  }

  #kick(): void {
    if (this.#closed || this.#writing !== null) return;
    this.#writing = this.#flush().finally(() => {
      this.#writing = null;
      const room = this.#store?.roomAside ?? 0;
      if (this.#waiting.some((each) => each.answer !== null || (room > 0 && isForAside(each)))) this.#kick();
    });
  }

  async #flush(): Promise<void> {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    try {
      this.#store ??= await this.#open();
      while (this.#waiting.length > 0) await this.#write(this.#store);
      this.#tell({ state: "ok", code: null });
    } catch (error) {
      await this.#goWithout(codeOf(error));
      this.#cancelRetry = this.#settings.timers.after(RETRY, () => this.#kick());
    }
  }

  #open(): Promise<ChainOnDisk> {
    const { file, maxPages, setAside } = this.#settings;
    return ChainOnDisk.open({
      file,
      ...(maxPages === undefined ? {} : { maxPages }),
      ...(setAside === undefined ? {} : { setAside }),
    });
  }

  /** An emergency does not wait for the disk: it and its end go where room was set aside for them. The others are refused. */
  async #goWithout(code: string): Promise<void> {
    const store = this.#store;
    const next = (): Waiting | undefined => this.#waiting.find(isForAside);
    for (let each = next(); each !== undefined && store !== null; each = next()) {
      if (each.answer !== null && store.setAside === "down") break;
      const event = await store.appendAside(each.draft).catch(() => null);
      if (event === null) break;
      this.#settings.trace?.("written", event.kind);
      const taken = each;
      this.#waiting = this.#waiting.filter((other) => other !== taken);
      each.answer?.({ ok: true, event });
      for (const listener of this.#appended) listener();
    }
    this.#tell({ state: "down", code });
    this.#refuseAsked(code);
  }

  async #write(store: ChainOnDisk): Promise<void> {
    const batch = this.#waiting.slice(0, BATCH);
    const drafts = batch.map((each) => each.draft);
    const dropped = this.#dropped;
    if (dropped > 0)
      drafts.push(this.#draft("security.alert", { reason: "events-dropped", count: Math.min(dropped, 1_000_000) }));
    for (const { kind } of drafts) this.#settings.trace?.("writing", kind);
    const events = await store.append(drafts);
    for (const { kind } of drafts) this.#settings.trace?.("written", kind);
    this.#dropped -= dropped;
    const written = new Set(batch);
    this.#waiting = this.#waiting.filter((each) => !written.has(each));
    batch.forEach((each, index) => {
      const event = events[index];
      if (event !== undefined) each.answer?.({ ok: true, event });
    });
    for (const listener of this.#appended) listener();
  }

  /** Whoever waits for durability is told now; what was merely noted stays for later. */
  #refuseAsked(code: string): void {
    const asked = this.#waiting.filter((each) => each.answer !== null);
    this.#waiting = this.#waiting.filter((each) => each.answer === null);
    for (const { answer } of asked) answer?.({ ok: false, code });
  }

  #tell(health: JournalHealth): void {
    const changed = health.state !== this.#health.state || health.code !== this.#health.code;
    this.#health = health;
    if (changed) for (const listener of this.#listeners) listener(health);
  }
}
