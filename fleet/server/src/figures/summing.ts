import { type Figure, TAP_EDGES, UNTIMED } from "./counting.js";

/** What was counted, by figure and bin, of a ward or an hour. */
export interface Counted {
  readonly figure: Figure;
  readonly bin: number;
  readonly count: number;
}

export interface Figures {
  readonly unlocks: number;
  readonly refused: number;
  readonly locks: number;
  /** Locks of which somebody said that they were wrong. */
  readonly disputed: number;
  readonly emergencies: number;
  readonly alarms: number;
  /** Of the unlocks whose time is known; `null` without one. Median and 95th percentile are read within their bins. */
  readonly tap: {
    readonly timed: number;
    readonly meanMs: number;
    readonly medianMs: number;
    readonly p95Ms: number;
  } | null;
}

export function figuresOf(counted: Iterable<Counted>): Figures {
  const sums: Record<Figure, number> = {
    ...{ unlocked: 0, "tap-ms": 0, refused: 0, locked: 0, disputed: 0, emergency: 0, alarm: 0 },
  };
  const bins = new Array<number>(TAP_EDGES.length + 1).fill(0);
  for (const { figure, bin, count } of counted) {
    sums[figure] += count;
    if (figure === "unlocked" && bin !== UNTIMED) bins[bin] = (bins[bin] ?? 0) + count;
  }
  const timed = bins.reduce((sum, count) => sum + count, 0);
  return {
    unlocks: sums.unlocked,
    refused: sums.refused,
    locks: sums.locked,
    disputed: sums.disputed,
    emergencies: sums.emergency,
    alarms: sums.alarm,
    tap:
      timed === 0
        ? null
        : {
            timed,
            meanMs: Math.round(sums["tap-ms"] / timed),
            medianMs: quantile(bins, timed, 0.5),
            p95Ms: quantile(bins, timed, 0.95),
          },
  };
}

/** Within its bin as if the taps lay evenly in it; the last bin, which has no end, gives its beginning. */
function quantile(bins: readonly number[], total: number, share: number): number {
  const wanted = total * share;
  let seen = 0;
  for (const [bin, count] of bins.entries()) {
    if (count > 0 && seen + count >= wanted) {
      const low = bin === 0 ? 0 : (TAP_EDGES[bin - 1] ?? 0);
      const high = TAP_EDGES[bin] ?? low;
      return Math.round(low + (high - low) * ((wanted - seen) / count));
    }
    seen += count;
  }
  return TAP_EDGES.at(-1) ?? 0;
}
