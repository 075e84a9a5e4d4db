import { WardkeyError } from "@wardkey/protocol";
import type { JournalEvent } from "@wardkey/protocol/fleet";
import { type ChainHead, followsChain, journalHash } from "@wardkey/protocol/fleet/journal-hash";
import { SetAside } from "./set-aside.js";
import { type ChainCheck, type Draft, JournalStore } from "./store.js";

/** An emergency and its end. */
const ROOM_NEEDED = 2;

/** The journal's chain: its file, and behind it, while that takes nothing, the space set aside. One chain, read as one. */
export class ChainOnDisk {
  readonly #store: JournalStore;
  readonly #setAsidePath: string | null;
  #setAside: SetAside | null = null;
  #missed = false;

  private constructor(store: JournalStore, setAsidePath: string | null) {
    this.#store = store;
    this.#setAsidePath = setAsidePath;
  }

  /** Throws what `JournalStore.open` throws, and the chain's own codes when it is broken. A space that cannot be set aside is no error: there is none. */
  static async open(input: { file: string; maxPages?: number; setAside?: string }): Promise<ChainOnDisk> {
    const { setAside, ...store } = input;
    const chain = new ChainOnDisk(await JournalStore.open(store), setAside ?? null);
    try {
      const check = await chain.#store.verify();
      if (!check.ok) throw new WardkeyError(check.code, `the journal's chain is broken at entry ${check.seq}`);
      await chain.#openSetAside();
      await chain.#pending();
      return chain;
    } catch (error) {
      await chain.close();
      throw error;
    }
  }

  /** Whether an emergency and its end could still be written, whatever else fills the disk. */
  get setAside(): "ok" | "down" {
    return this.roomAside >= ROOM_NEEDED ? "ok" : "down";
  }

  /** How many more entries the space set aside takes. */
  get roomAside(): number {
    return this.#setAside?.room ?? 0;
  }

  async append(drafts: readonly Draft[]): Promise<readonly JournalEvent[]> {
    try {
      await this.#drain();
      const events = await this.#store.append(drafts);
      if (this.#missed && this.#setAside === null) await this.#openSetAside();
      this.#missed = false;
      return events;
    } catch (error) {
      this.#missed = true;
      throw error;
    }
  }

  /** Into the space set aside: on the disk when it answers; throws when there is none, or no room. */
  async appendAside(draft: Draft): Promise<JournalEvent> {
    if (this.#setAside === null) throw new WardkeyError("journal-unavailable", "no space is set aside");
    const head = await this.head();
    const entry = { seq: head.seq + 1, ...draft };
    const event = { ...entry, hash: Buffer.from(journalHash(head.hash, entry)).toString("base64url") };
    await this.#setAside.append(event);
    return event;
  }

  async head(): Promise<ChainHead> {
    const head = await this.#store.head();
    const last = this.#setAside?.events.at(-1);
    if (last === undefined || last.seq <= head.seq) return head;
    return { seq: last.seq, hash: new Uint8Array(Buffer.from(last.hash, "base64url")) };
  }

  async after(seq: number, limit: number): Promise<readonly JournalEvent[]> {
    const events = await this.#store.after(seq, limit);
    const pending = (await this.#pending()).filter((event) => event.seq > seq);
    return [...events, ...pending].slice(0, limit);
  }

  async latest(kinds: readonly string[]): Promise<JournalEvent | null> {
    const aside = (await this.#pending()).findLast(({ kind }) => kinds.includes(kind));
    return aside ?? (await this.#store.latest(kinds));
  }

  /** Every entry of a kind of which there are few, oldest first. */
  async ofKind(kind: string): Promise<readonly JournalEvent[]> {
    const pending = await this.#pending();
    return [...(await this.#store.ofKind(kind)), ...pending.filter((event) => event.kind === kind)];
  }

  outbox(): Promise<number> {
    return this.#store.outbox();
  }

  acknowledge(seq: number): Promise<void> {
    return this.#store.acknowledge(seq);
  }

  rewind(seq: number): Promise<void> {
    return this.#store.rewind(seq);
  }

  async verify(): Promise<ChainCheck> {
    const check = await this.#store.verify();
    if (!check.ok) return check;
    const pending = await this.#pending();
    return { ok: true, events: check.events + pending.length };
  }

  resize(maxPages: number): Promise<void> {
    return this.#store.resize(maxPages);
  }

  async close(): Promise<void> {
    await this.#setAside?.close();
    await this.#store.close();
  }

  async #openSetAside(): Promise<void> {
    if (this.#setAsidePath === null) return;
    this.#setAside = await SetAside.open(this.#setAsidePath).catch(() => null);
  }

  /** What only the space set aside has; throws `journal-hash-mismatch` and the like when that is no piece of this chain. */
  async #pending(): Promise<readonly JournalEvent[]> {
    const all = this.#setAside?.events ?? [];
    if (all.length === 0) return all;
    let head = await this.#store.head();
    const pending = all.filter(({ seq }) => seq > head.seq);
    for (const event of pending) {
      const next = followsChain(head, event);
      if (!next.ok) throw new WardkeyError(next.code, "what was set aside is no piece of this journal");
      head = next.head;
    }
    return pending;
  }

  async #drain(): Promise<void> {
    if (this.#setAside === null || this.#setAside.events.length === 0) return;
    const pending = await this.#pending();
    if (pending.length > 0) await this.#store.insert(pending);
    await this.#setAside.clear();
  }
}
