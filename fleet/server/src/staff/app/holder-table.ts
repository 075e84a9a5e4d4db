import { createHash } from "node:crypto";
import { type Duration, hours, type Instant, instant } from "@wardkey/protocol";
import { identifierWindow, windowStart } from "@wardkey/protocol/credential";
import { PREFIX_BYTES, TableWriter } from "@wardkey/protocol/fleet";
import { manyMacs } from "../domain/many-macs.js";
import { type ActiveHolder, type HolderKeys, holderName, type StaffStore } from "./ports.js";

/**
 * Tables begin on a six-hour grid and reach as far beyond it as the lease, so that 20 MB do not change for each kiosk at
 * each quarter of an hour. What a stolen kiosk could follow somebody by lasts up to six hours longer for it.
 */
const GRID_WINDOWS = 24;
/** The event loop is given back this often while a table is made. */
const SLICE_MS = 8;
const KEYS_AT_ONCE = 200;
const WINDOW_BYTES = 8;
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

type Made = { firstWindow: number; windows: number; revision: number; until: number; table: HolderTableBytes };

export type TableParts = {
  site: string;
  store: Pick<StaffStore, "revision" | "activeHolders" | "holderKeys">;
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
  let last: Made | null = null;
  let moving = false;
  let building: Promise<unknown> = Promise.resolve();

  const build = async (until: number): Promise<HolderTableBytes> => {
    const now = parts.now();
    const { firstWindow, windows } = spanOf(now, until);
    const revision = await parts.store.revision();
    const same = last?.firstWindow === firstWindow && last.windows === windows && last.revision === revision;
    if (last !== null && same && now < last.until) return last.table;
    const active = await parts.store.activeHolders(now);
    const slices = createSlices(parts);
    const span = { site: parts.site, firstWindow, windows };
    const holders: (ActiveHolder & Cached)[] = [];
    for (let at = 0; at < active.length; at += KEYS_AT_ONCE) {
      const batch = active.slice(at, at + KEYS_AT_ONCE);
      const stale = batch.filter((holder) => !covers(cache.get(holderName(holder)), span));
      const keys = stale.length === 0 ? new Map() : await parts.store.holderKeys(stale);
      for (const holder of batch) {
        const name = holderName(holder);
        const known = extended(cache.get(name), keys.get(name), span);
        if (known === null) continue;
        cache.set(name, known);
        holders.push({ ...holder, ...known });
        await slices.rest();
      }
    }
    const writer = new TableWriter({ firstWindow, windows, holders: holders.length });
    for (const { staffId, epoch, templateKey, prefixes } of holders) {
      const templateKeys = templateKey === null ? [] : [{ epoch, key: templateKey }];
      writer.add({ staffId, epoch, templateKeys, prefixes });
      await slices.rest();
    }
    const used = new Set(holders.map(holderName));
    for (const name of cache.keys()) if (!used.has(name)) cache.delete(name);
    const soonest = holders.reduce((least, { until }) => Math.min(least, until), Number.POSITIVE_INFINITY);
    const bytes = writer.bytes();
    const table = { digest: createHash("sha256").update(bytes).digest("base64url"), bytes };
    made.delete(table.digest);
    made.set(table.digest, table);
    for (const digest of [...made.keys()].slice(0, -TABLES_KEPT)) made.delete(digest);
    last = { firstWindow, windows, revision, until: soonest, table };
    return table;
  };
  const until = (end: number): Promise<HolderTableBytes> => {
    const turn = building.then(() => build(end));
    building = turn.catch(() => undefined);
    return turn;
  };
  const stillReaches = async (made: Made, now: number, end: number): Promise<boolean> =>
    windowStart(made.firstWindow + made.windows) >= end &&
    now < made.until &&
    made.revision === (await parts.store.revision());
  return {
    until,
    async current() {
      const now = parts.now();
      const end = now + parts.leaseLife() + MARGIN;
      if (last !== null && (await stillReaches(last, now, end))) {
        // The grid moved on: nobody waits for the next table while this one reaches as far as it must.
        if (spanOf(now, end).firstWindow !== last.firstWindow && !moving) {
          moving = true;
          until(end)
            .finally(() => {
              moving = false;
            })
            .catch(() => undefined);
        }
        return last.table;
      }
      return until(end);
    },
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

const covers = (known: Cached | undefined, { firstWindow, windows }: Span): boolean =>
  known?.firstWindow === firstWindow && known.windows === windows;

/** What is known of a holder's prefixes, moved to the wanted windows, and the missing ones computed. */
function extended(known: Cached | undefined, keys: HolderKeys | undefined, span: Span): Cached | null {
  if (known !== undefined && covers(known, span)) return known;
  if (keys === undefined) return null;
  const { site, firstWindow, windows } = span;
  const prefixes = new Uint8Array(windows * PREFIX_BYTES);
  // As in `rotatingIdentifier`: HMAC-SHA-256(eidKey, site || 0 || uint64 window), of which a kiosk knows eight bytes.
  const message = new Uint8Array([...new TextEncoder().encode(site), 0, ...new Uint8Array(WINDOW_BYTES)]);
  const window64 = new DataView(message.buffer, message.length - WINDOW_BYTES);
  const mac = manyMacs(keys.eidKey);
  for (let offset = 0; offset < windows; offset += 1) {
    const to = prefixes.subarray(offset * PREFIX_BYTES, (offset + 1) * PREFIX_BYTES);
    const reused = knownPrefix(known, firstWindow + offset);
    if (reused !== null) {
      to.set(reused);
      continue;
    }
    window64.setBigUint64(0, BigInt(firstWindow + offset));
    mac(message, to);
  }
  keys.eidKey.fill(0);
  return { firstWindow, windows, prefixes, templateKey: keys.templateKey };
}

function knownPrefix(known: Cached | undefined, window: number): Uint8Array | null {
  if (known === undefined) return null;
  const at = window - known.firstWindow;
  if (at < 0 || at >= known.windows) return null;
  return known.prefixes.subarray(at * PREFIX_BYTES, (at + 1) * PREFIX_BYTES);
}
