import { WardkeyError } from "@wardkey/protocol";
import { JournalHasher } from "@wardkey/protocol/fleet/journal-hash";
import type { Hash } from "@wardkey/protocol/fleet/merkle";
import type { Head } from "../domain/ingest.js";
import { completeRoot, SiteLog, split, TILE_WIDTH } from "../domain/site-log.js";
import type { AuditReads, AuditWrites, StoredEvent } from "./ports.js";

const PAGE = 1_000;

/**
 * The log as the database has it: `known`, grown by what other fleet servers appended since, or read anew. `onHead` is
 * told of every entry that is new here. Throws `log-went-back` for a database that was restored under a running
 * server, and `log-damaged` when entries and log do not belong together.
 */
export async function loadLog(
  writes: AuditWrites,
  known: SiteLog | null,
  onHead: (source: string, head: Head) => void,
): Promise<SiteLog> {
  const state = await writes.state();
  if (known === null) return readLog(writes, state);
  if (known.size > state.size)
    throw new WardkeyError("log-went-back", "the database has fewer events than before: restart the fleet server");
  if (known.size === state.size) return known;
  const staged = known.stage(
    await leavesOf(writes, { from: known.size, to: state.size }, (event) => {
      onHead(event.source, { seq: event.seq, hash: event.hash });
    }),
  );
  if (Buffer.compare(staged.state.peaks, state.peaks) !== 0) throw damaged();
  staged.commit();
  return known;
}

async function readLog(writes: AuditWrites, state: { size: number; peaks: Uint8Array }): Promise<SiteLog> {
  if (state.size === 0) return adopt(writes);
  const edge: Hash[][] = [];
  const last = state.size - (state.size % TILE_WIDTH);
  edge.push(await edgeLeaves(writes, { from: last, to: state.size }));
  for (let level = 1, width = TILE_WIDTH; width <= state.size; level += 1, width *= TILE_WIDTH) {
    const below = Math.floor(state.size / width);
    const row: Hash[] = [];
    for (let index = below - (below % TILE_WIDTH); index < below; index += 1) {
      const tile = await writes.tile(level - 1, index);
      if (tile === null) throw damaged();
      row.push(completeRoot(split(tile)));
    }
    edge.push(row);
  }
  return new SiteLog({ size: state.size, peaks: split(state.peaks), edge });
}

/**
 * The leaves that no tile holds yet. One that is gone leaves its place: the root goes on from the peaks, which are what
 * was signed, so that events are still taken in, and `isWhole` tells that something was changed.
 */
async function edgeLeaves(reads: AuditReads, range: { from: number; to: number }): Promise<Hash[]> {
  const leaves: Hash[] = Array.from({ length: range.to - range.from }, () => new Uint8Array(32));
  for (const event of await reads.entries(range.from, range.to, TILE_WIDTH)) {
    const [leaf] = hashesOf([event], event.leaf, () => undefined);
    if (leaf !== undefined) leaves[event.leaf - range.from] = leaf;
  }
  return leaves;
}

/** The journals of a site that had no log yet: they enter it as they are. */
async function adopt(writes: AuditWrites): Promise<SiteLog> {
  const log = new SiteLog({ size: 0, peaks: [], edge: [] });
  for (;;) {
    const page = await writes.entries(log.size, log.size + PAGE, PAGE);
    if (page.length === 0) return log;
    const staged = log.stage(hashesOf(page, log.size, () => undefined));
    await writes.grow(staged.state, staged.tiles);
    staged.commit();
  }
}

async function leavesOf(
  reads: AuditReads,
  range: { from: number; to: number },
  each: (event: StoredEvent) => void,
): Promise<Hash[]> {
  const leaves: Hash[] = [];
  while (range.from + leaves.length < range.to) {
    const page = await reads.entries(range.from + leaves.length, range.to, PAGE);
    if (page.length === 0) throw damaged();
    leaves.push(...hashesOf(page, range.from + leaves.length, each));
  }
  return leaves;
}

function hashesOf(page: readonly StoredEvent[], first: number, each: (event: StoredEvent) => void): Hash[] {
  const hasher = new JournalHasher();
  return page.map((event, at) => {
    if (event.leaf !== first + at) throw damaged();
    each(event);
    // The entry as it is: whether its own hash is right is what verifying asks.
    hasher.chain(event.hash, event);
    return Buffer.from(hasher.leaf(event.source, event.seq, event.hash), "binary");
  });
}

const damaged = (): WardkeyError =>
  new WardkeyError("log-damaged", "stored events and their log do not belong together: run wardkey audit verify");
