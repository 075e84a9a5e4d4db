import { type Duration, days, hours, seconds } from "@wardkey/protocol";
import type { JournalEvent } from "@wardkey/protocol/fleet";
import { talliesOf } from "./counting.js";
import type { FigureRow, FigureStore } from "./sql-figure-store.js";
import { type Counted, type Figures, figuresOf } from "./summing.js";

const HOUR: Duration = hours(1);
/** What is counted waits this long for the database at most: a crash loses no more. */
const WRITTEN_WITHIN: Duration = seconds(2);
const KEPT: Duration = days(100);
/** Of a clock that ran ahead, or a journal that was away for longer than figures are kept. */
const AHEAD: Duration = hours(2);

export interface HourFigures extends Figures {
  /** When it begins, ms. */
  readonly at: number;
}
export interface OneWard extends Figures {
  readonly ward: string;
}

export interface WardFigures {
  /** Counts what a device journaled; in memory, quick, and each entry once while this server runs. */
  note(device: string, events: readonly Pick<JournalEvent, "seq" | "at" | "kind" | "body">[]): void;
  /** Hours with something in them, from `from` (with) to `to` (without). */
  hours(range: { from: number; to: number; ward?: string | null }): Promise<readonly HourFigures[]>;
  wards(range: { from: number; to: number }): Promise<readonly OneWard[]>;
  /** When the first hour of which something is kept began; `null` before anything was measured. */
  since(): Promise<number | null>;
  stop(): Promise<void>;
}

/** What the kiosks measured, by ward and hour and about nobody: how often, how fast, how often wrongly. */
export function createWardFigures(parts: {
  readonly store: FigureStore;
  /** Where a device stands now; `null` for one that the site does not know. */
  readonly wardOf: (device: string) => string | null;
  readonly now: () => number;
  readonly after: (delay: Duration, act: () => void) => () => void;
  readonly failed: (error: unknown) => void;
}): WardFigures {
  const { store, wardOf, now, after, failed } = parts;
  const counted = new Map<string, number>();
  const newest = new Map<string, number>();
  let waiting: (() => void) | null = null;
  let writing = Promise.resolve();
  let forgotten = 0;
  let isStopped = false;

  const count = (row: FigureRow): void => {
    const key = JSON.stringify([row.ward, row.hour, row.figure, row.bin]);
    counted.set(key, (counted.get(key) ?? 0) + row.count);
  };
  const write = async (): Promise<void> => {
    const rows = [...counted].map(([key, amount]) => rowOf(key, amount));
    if (rows.length === 0) return;
    counted.clear();
    try {
      await store.add(rows);
    } catch (error) {
      for (const row of rows) count(row);
      failed(error);
      later();
      return;
    }
    // Tried again with the next rows: these are kept, and must not be counted again.
    await forget().catch(failed);
  };
  const forget = async (): Promise<void> => {
    const oldest = hourOf(now() - KEPT);
    if (oldest === forgotten) return;
    await store.forget(oldest);
    forgotten = oldest;
  };
  const later = (): void => {
    if (isStopped) return;
    waiting ??= after(WRITTEN_WITHIN, () => {
      waiting = null;
      writing = writing.then(write);
    });
  };
  const settled = async (): Promise<void> => {
    writing = writing.then(write);
    await writing;
  };

  return {
    note(device, events) {
      const ward = wardOf(device);
      if (ward === null) return;
      const seen = newest.get(device) ?? 0;
      for (const event of events) {
        if (event.seq <= seen) continue;
        newest.set(device, Math.max(newest.get(device) ?? 0, event.seq));
        if (event.at > now() + AHEAD || event.at < now() - KEPT) continue;
        for (const { figure, bin, count: amount } of talliesOf(event)) {
          count({ ward, hour: hourOf(event.at), figure, bin, count: amount });
        }
      }
      if (counted.size > 0) later();
    },
    async hours({ from, to, ward = null }) {
      await settled();
      const rows = await store.byHour(hourOf(from), upTo(to), ward);
      return grouped(rows, ({ hour }) => hour).map(([hour, each]) => ({ at: hour * HOUR, ...figuresOf(each) }));
    },
    async wards({ from, to }) {
      await settled();
      const rows = await store.byWard(hourOf(from), upTo(to));
      return grouped(rows, ({ ward }) => ward).map(([ward, each]) => ({ ward, ...figuresOf(each) }));
    },
    async since() {
      await settled();
      const first = await store.first();
      return first === null ? null : first * HOUR;
    },
    async stop() {
      isStopped = true;
      waiting?.();
      waiting = null;
      await settled();
    },
  };
}

const hourOf = (at: number): number => Math.floor(at / HOUR);
const upTo = (at: number): number => Math.ceil(at / HOUR);

function rowOf(key: string, count: number): FigureRow {
  const [ward, hour, figure, bin] = JSON.parse(key) as [string, number, FigureRow["figure"], number];
  return { ward, hour, figure, bin, count };
}

function grouped<Row extends Counted, Key>(rows: readonly Row[], keyOf: (row: Row) => Key): [Key, Row[]][] {
  const groups = new Map<Key, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return [...groups];
}
