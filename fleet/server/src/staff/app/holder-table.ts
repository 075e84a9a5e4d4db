import { createHash } from "node:crypto";
import { type Duration, hours, type Instant, instant } from "@wardkey/protocol";
import { identifierPrefix, identifierWindow, rotatingIdentifier } from "@wardkey/protocol/credential";
import { PREFIX_BYTES, TableWriter } from "@wardkey/protocol/fleet";
import type { ActiveHolder, StaffStore } from "./ports.js";

/**
 * Tables begin on a six-hour grid and reach as far beyond it as the lease, so that 20 MB do not change for each kiosk at
 * each quarter of an hour. What a stolen kiosk could follow somebody by lasts up to six hours longer for it.
 */
const GRID_WINDOWS = 24;
/** The event loop is given back this often while a table is made. */
const SLICE_MS = 8;
/** A lease that is signed while the table is fetched still lies within it. */
const MARGIN: Duration = hours(1);
/** The newest and the one before: a kiosk may still be on its way to that. */
const TABLES_KEPT = 2;

export type HolderTableBytes = {
  /** SHA-256 of the bytes, base64url. */
  digest: string;
  bytes: Uint8Array;
};

export interface HolderTables {
  /** The table for every kiosk: the same bytes until people change or the grid moves on. */
  current(): Promise<HolderTableBytes>;
  /** The current table or the one before it, while it is in memory. */
  at(digest: string): HolderTableBytes | null;
  /** One that reaches to `until`. */
  until(until: number): Promise<HolderTableBytes>;
}

type Cached = { firstWindow: number; windows: number; prefixes: Uint8Array; templateKey: Uint8Array | null };

export type TableParts = {
  site: string;
  store: StaffStore;
  now(): Instant;
  leaseLife(): Duration;
  /** Lets everything else run. */
  breathe(): Promise<void>;
  /** Milliseconds that only grow. */
  monotonic(): number;
};

/** Incremental: a person's prefixes are kept, and only new people and new windows are computed. */
export function createHolderTables(parts: TableParts): HolderTables {
  const cache = new Map<string, Cached>();
  const made = new Map<string, HolderTableBytes>();
  let last: { key: string; until: number; table: HolderTableBytes } | null = null;
  let building: Promise<unknown> = Promise.resolve();

  const build = async (until: number): Promise<HolderTableBytes> => {
    const now = parts.now();
    const { firstWindow, windows } = spanOf(now, until);
    const key = [firstWindow, windows, await parts.store.revision()].join(":");
    if (last?.key === key && now < last.until) return last.table;
    const active = await parts.store.activeHolders(now);
    const writer = new TableWriter({ firstWindow, windows, holders: active.length });
    const slices = createSlices(parts);
    const used = new Set<string>();
    let soonest = Number.POSITIVE_INFINITY;
    for (const holder of active) {
      const { staffId, epoch } = holder;
      const name = `${staffId} ${epoch}`;
      used.add(name);
      const known = extended(holder, cache.get(name), { site: parts.site, firstWindow, windows });
      cache.set(name, known);
      const templateKeys = known.templateKey === null ? [] : [{ epoch, key: known.templateKey }];
      writer.add({ staffId, epoch, templateKeys, prefixes: known.prefixes });
      soonest = Math.min(soonest, holder.until);
      await slices.rest();
    }
    for (const name of cache.keys()) if (!used.has(name)) cache.delete(name);
    const bytes = writer.bytes();
    const table = { digest: createHash("sha256").update(bytes).digest("base64url"), bytes };
    made.delete(table.digest);
    made.set(table.digest, table);
    for (const digest of [...made.keys()].slice(0, -TABLES_KEPT)) made.delete(digest);
    last = { key, until: soonest, table };
    return table;
  };
  const until = (end: number): Promise<HolderTableBytes> => {
    const turn = building.then(() => build(end));
    building = turn.catch(() => undefined);
    return turn;
  };
  return {
    until,
    current: () => until(parts.now() + parts.leaseLife() + MARGIN),
    at: (digest) => made.get(digest) ?? null,
  };
}

/** Lets everything else run whenever a slice is over. */
function createSlices({ monotonic, breathe }: Pick<TableParts, "monotonic" | "breathe">): { rest(): Promise<void> } {
  let begun = monotonic();
  return {
    async rest() {
      if (monotonic() - begun < SLICE_MS) return;
      await breathe();
      begun = monotonic();
    },
  };
}

function spanOf(now: Instant, until: number): { firstWindow: number; windows: number } {
  const block = Math.floor(identifierWindow(now) / GRID_WINDOWS);
  const firstWindow = block * GRID_WINDOWS - 1;
  const reach = identifierWindow(instant(until)) - identifierWindow(now);
  return { firstWindow, windows: 1 + GRID_WINDOWS + reach + 1 };
}

type Span = { site: string; firstWindow: number; windows: number };

/** What is known of the holder's prefixes, moved to the wanted windows, and the missing ones computed. */
function extended(holder: ActiveHolder, known: Cached | undefined, span: Span): Cached {
  const { site, firstWindow, windows } = span;
  if (known?.firstWindow === firstWindow && known.windows === windows) return known;
  const prefixes = new Uint8Array(windows * PREFIX_BYTES);
  const eidKey = holder.openEidKey();
  for (let offset = 0; offset < windows; offset += 1) {
    const window = firstWindow + offset;
    const prefix = knownPrefix(known, window) ?? identifierPrefix(rotatingIdentifier({ eidKey, site, window }));
    prefixes.set(prefix, offset * PREFIX_BYTES);
  }
  eidKey.fill(0);
  const templateKey = known === undefined ? holder.openTemplateKey() : known.templateKey;
  return { firstWindow, windows, prefixes, templateKey };
}

function knownPrefix(known: Cached | undefined, window: number): Uint8Array | null {
  if (known === undefined) return null;
  const at = window - known.firstWindow;
  if (at < 0 || at >= known.windows) return null;
  return known.prefixes.subarray(at * PREFIX_BYTES, (at + 1) * PREFIX_BYTES);
}
