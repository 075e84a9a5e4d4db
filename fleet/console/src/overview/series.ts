import type { HourFigures } from "./answers.js";

const HOUR = 3_600_000;

export interface Series {
  /** Every hour of the range, also those in which nothing happened. */
  readonly times: readonly number[];
  readonly unlocks: readonly number[];
  readonly refused: readonly number[];
  readonly disputed: readonly number[];
  readonly medianMs: readonly (number | null)[];
  readonly p95Ms: readonly (number | null)[];
}

/** The site leaves quiet hours out; a chart shows them as quiet. */
export function seriesOf(hours: readonly HourFigures[], range: { from: number; to: number }): Series {
  const known = new Map(hours.map((hour) => [hour.at, hour]));
  const times: number[] = [];
  for (let at = range.from - (range.from % HOUR); at < range.to; at += HOUR) times.push(at);
  const of = <T>(read: (hour: HourFigures) => T, none: T): T[] =>
    times.map((at) => {
      const hour = known.get(at);
      return hour === undefined ? none : read(hour);
    });
  return {
    times,
    unlocks: of(({ unlocks }) => unlocks, 0),
    refused: of(({ refused }) => refused, 0),
    disputed: of(({ disputed }) => disputed, 0),
    medianMs: of<number | null>(({ tap }) => tap?.medianMs ?? null, null),
    p95Ms: of<number | null>(({ tap }) => tap?.p95Ms ?? null, null),
  };
}

export interface Sums {
  readonly unlocks: number;
  readonly refused: number;
  readonly locks: number;
  readonly disputed: number;
  /** The mean over all timed unlocks; `null` without one. */
  readonly meanMs: number | null;
}

export function sumsOf(
  figures: readonly Pick<HourFigures, "unlocks" | "refused" | "locks" | "disputed" | "tap">[],
): Sums {
  let timed = 0;
  let ms = 0;
  const sums = { unlocks: 0, refused: 0, locks: 0, disputed: 0 };
  for (const { tap, ...counts } of figures) {
    sums.unlocks += counts.unlocks;
    sums.refused += counts.refused;
    sums.locks += counts.locks;
    sums.disputed += counts.disputed;
    timed += tap?.timed ?? 0;
    ms += (tap?.timed ?? 0) * (tap?.meanMs ?? 0);
  }
  return { ...sums, meanMs: timed === 0 ? null : ms / timed };
}
