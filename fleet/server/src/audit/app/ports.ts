import type { JournalEvent } from "@wardkey/protocol/fleet";
import type { EventQuery } from "../domain/event-query.js";
import type { Head, HeldEntry } from "../domain/ingest.js";
import type { LogState, Tile } from "../domain/site-log.js";

/** An event with whose it is and its place in the site's log. */
export type StoredEvent = JournalEvent & { source: string; leaf: number };
export type ChainBreak = { code: string; seq: number; at: number };
export type StoredHead = { size: number; root: string; at: number; jws: string };
export type StoredCheckpoint = {
  device: string;
  id: string;
  seq: number;
  head: string;
  issuedAt: number;
  /** What it contradicts; `null` for one that agrees. Contradictions are kept: they are signed evidence. */
  code: string | null;
  jws: string;
};

/** What reads, in a transaction or outside. */
export interface AuditReads {
  state(): Promise<LogState>;
  tile(level: number, index: number): Promise<Uint8Array | null>;
  /** Entries with `from <= leaf < to`, in order, at most `limit`. */
  entries(from: number, to: number, limit: number): Promise<StoredEvent[]>;
  /** The newest entry of each source that has one. */
  heads(sources: readonly string[]): Promise<Map<string, Head>>;
  held(source: string, seqs: readonly number[], ids: readonly string[]): Promise<HeldEntry[]>;
  breaks(sources: readonly string[]): Promise<Map<string, ChainBreak>>;
  newestCheckpoint(device: string): Promise<{ seq: number; issuedAt: number } | null>;
}

/** What changes; all of it or nothing. */
export interface AuditWrites extends AuditReads {
  insert(entries: readonly StoredEvent[]): Promise<void>;
  grow(state: LogState, tiles: readonly Tile[]): Promise<void>;
  /** Lower bounds of what each source's chain reached, apart from its entries: where a cut tail shows. */
  mark(heads: ReadonlyMap<string, Head>): Promise<void>;
  /** The first break of a device with this code; `false` when it is known. */
  recordBreak(source: string, broken: ChainBreak): Promise<boolean>;
  keepCheckpoint(checkpoint: StoredCheckpoint): Promise<void>;
}

/** Where the site keeps every journal and its log. What `exclusively` has done when it resolves survives a power cut. */
export interface AuditStore extends AuditReads {
  /** One at a time, on all fleet servers of the site. */
  exclusively<T>(work: (writes: AuditWrites) => Promise<T>): Promise<T>;
  marks(): Promise<Map<string, Head>>;
  /** The newest first. */
  list(query: { limit: number; before: number | null; source: string | null }): Promise<StoredEvent[]>;
  /** A page of the events that match, in its order. */
  search(query: EventQuery): Promise<StoredEvent[]>;
  /** How many match, counted up to `most`. */
  count(query: EventQuery, most: number): Promise<number>;
  alarms(limit: number): Promise<{ source: string; code: string; seq: number; at: number }[]>;
  checkpoints(afterDevice: string, afterId: string, limit: number): Promise<StoredCheckpoint[]>;
  treeHeads(afterSize: number, limit: number): Promise<StoredHead[]>;
  newestTreeHead(): Promise<StoredHead | null>;
  /** Ignored when one of this size is there. */
  keepTreeHead(head: StoredHead): Promise<void>;
}
