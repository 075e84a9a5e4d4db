import {
  consistencyRanges,
  EMPTY_ROOT,
  type Hash,
  inclusionRanges,
  type LeafRange,
} from "@wardkey/protocol/fleet/merkle";
import { hashOfRange, type SiteLog, split, TILE_WIDTH } from "../domain/site-log.js";
import type { AuditStore } from "./ports.js";

/** Proofs over the site's log, each from a few tiles. All refuse sizes beyond the log with a `RangeError`. */
export interface LogProofs {
  size(): Promise<number>;
  root(size: number): Promise<Hash>;
  inclusion(index: number, size: number): Promise<readonly Hash[]>;
  consistency(first: number, second: number): Promise<readonly Hash[]>;
}

export function createLogProofs({ store, log }: { store: AuditStore; log: () => Promise<SiteLog> }): LogProofs {
  const hashes = async (ranges: readonly LeafRange[], size: number): Promise<readonly Hash[]> => {
    const current = await log();
    if (!Number.isSafeInteger(size) || size < 0 || size > current.size)
      throw new RangeError("the log has no such size");
    const read = new Map<string, readonly Hash[]>();
    const tile = async (level: number, index: number): Promise<readonly Hash[]> => {
      const key = `${level} ${index}`;
      const known = read.get(key) ?? (await readTile({ store, log: current, level, index }));
      read.set(key, known);
      return known;
    };
    const found: Hash[] = [];
    for (const range of ranges) found.push(await hashOfRange(range, tile));
    return found;
  };
  return {
    size: async () => (await log()).size,
    async root(size) {
      const [root] = size === 0 ? [EMPTY_ROOT] : await hashes([{ start: 0, end: size }], size);
      return root ?? EMPTY_ROOT;
    },
    inclusion: async (index, size) => hashes(inclusionRanges(index, size), size),
    consistency: async (first, second) => hashes(consistencyRanges(first, second), second),
  };
}

async function readTile(at: {
  store: AuditStore;
  log: SiteLog;
  level: number;
  index: number;
}): Promise<readonly Hash[]> {
  const { store, log, level, index } = at;
  const complete = Math.floor(log.size / TILE_WIDTH ** (level + 1));
  if (index >= complete) return log.edgeOf(level);
  const stored = await store.tile(level, index);
  return stored === null ? [] : split(stored);
}
