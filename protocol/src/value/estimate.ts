import { ASSUMPTION_NAMES, type AssumptionName, type Assumptions, type Range } from "./assumptions.js";

/** What a ward's kiosks measured over a time. */
export interface MeasuredWard {
  readonly ward: string;
  readonly unlocks: number;
  /** Of the unlocks whose time is known, seconds; `null` without one. */
  readonly tapSeconds: number | null;
  readonly locks: number;
  /** Locks of which somebody said that they were wrong. */
  readonly disputed: number;
}

export interface Measured {
  /** What was measured over. */
  readonly days: number;
  readonly kiosks: number;
  /** Who works there now. */
  readonly people: number;
  readonly wards: readonly MeasuredWard[];
}

/** In 90 of 100 of the drawn worlds it lies between `low` and `high`, in half of them below `mid`. */
export interface Spread {
  readonly low: number;
  readonly mid: number;
  readonly high: number;
}

export interface WardValue extends MeasuredWard {
  /** Seconds a replaced login saves. */
  readonly savedSeconds: Spread;
  /** Over the measured time. Below nought where a tap takes longer than signing in did. */
  readonly hours: Spread;
}

export interface Estimate {
  readonly wards: readonly WardValue[];
  readonly unlocks: number;
  /** Mean of all timed unlocks, seconds; `null` without one. */
  readonly tapSeconds: number | null;
  /** Given back over the measured time. */
  readonly hours: Spread;
  /** What follows is by the year, as if every day were like the measured ones. */
  readonly hoursAYear: Spread;
  readonly timeValue: Spread;
  readonly incidentsAvoided: Spread;
  readonly securityValue: Spread;
  readonly costs: Spread;
  readonly net: Spread;
  /** Value by what it costs; `null` where nothing costs anything. */
  readonly ratio: Spread | null;
  /** In how many of 100 worlds it is worth more than it costs. */
  readonly likelihood: number;
}

/** Enough that the ends of a spread stay where they are, few enough for a page that is typed into. */
export const DRAWS = 4_000;
export const SEED = 20_261_123;
const DAYS_A_YEAR = 365;

/**
 * What measured logins and locks are worth under `assumptions`: a Monte Carlo over their ranges. All wards live in the
 * same drawn world, so that sums are sums. The same input gives the same answer everywhere.
 */
export function estimate(measured: Measured, assumptions: Assumptions, draws: number = DRAWS): Estimate {
  const worlds = worldsOf(assumptions, draws);
  const unlocks = sum(measured.wards.map((ward) => ward.unlocks));
  const total = new Float64Array(draws);
  const before = spreadOf(worlds.map(({ loginBefore }) => loginBefore));
  const wards = measured.wards.map((ward) => {
    const tap = ward.tapSeconds;
    const hours = worlds.map((world, at) => {
      const falseLocks = ward.disputed / world.falseLocksReported;
      const lost = falseLocks * (world.falseLockCost + (tap ?? 0));
      const saved = tap === null ? 0 : world.loginBefore - tap;
      const given = (ward.unlocks * world.loginsReplaced * saved - lost) / 3_600;
      total[at] = (total[at] ?? 0) + given;
      return given;
    });
    const savedSeconds = tap === null ? NOTHING : lessBy(before, tap);
    return { ...ward, savedSeconds, hours: spreadOf(hours) };
  });
  const years = measured.days <= 0 ? 0 : DAYS_A_YEAR / measured.days;
  const hoursAYear = worlds.map((_, at) => (total[at] ?? 0) * years);
  const timeValue = worlds.map((world, at) => (hoursAYear[at] ?? 0) * world.workHour * world.timeUsed);
  const avoided = worlds.map((world) => world.incidents * world.incidentsAvoided);
  const securityValue = worlds.map((world, at) => (avoided[at] ?? 0) * world.incidentCost);
  const costs = worlds.map(
    (world) =>
      world.kioskCost * measured.kiosks +
      world.runningCost +
      ((measured.people * world.enrolment) / 60) * world.workHour,
  );
  const value = timeValue.map((each, at) => each + (securityValue[at] ?? 0));
  const net = value.map((each, at) => each - (costs[at] ?? 0));
  return {
    wards,
    unlocks,
    tapSeconds: meanTap(measured.wards),
    hours: spreadOf([...total]),
    hoursAYear: spreadOf(hoursAYear),
    timeValue: spreadOf(timeValue),
    incidentsAvoided: spreadOf(avoided),
    securityValue: spreadOf(securityValue),
    costs: spreadOf(costs),
    net: spreadOf(net),
    ratio: costs.some((cost) => cost <= 0) ? null : spreadOf(value.map((each, at) => each / (costs[at] ?? 1))),
    likelihood: Math.round((100 * net.filter((each) => each > 0).length) / Math.max(1, draws)),
  };
}

type World = Readonly<Record<AssumptionName, number>>;

/** Each assumption has a stream of its own, so that a changed one leaves the others as they were drawn. */
function worldsOf(assumptions: Assumptions, draws: number): readonly World[] {
  const streams = ASSUMPTION_NAMES.map((name, at) => ({
    name,
    range: assumptions[name],
    next: chance(SEED + 7_919 * at),
  }));
  return Array.from({ length: draws }, () => {
    const drawn = streams.map(({ name, range, next }) => [name, triangular(range, next())] as const);
    return Object.fromEntries(drawn) as Record<AssumptionName, number>;
  });
}

/** By the inverse of its distribution: more chance never draws less, and a wider end never narrows. */
function triangular({ low, likely, high }: Range, chanceOf: number): number {
  const width = high - low;
  if (width === 0) return low;
  const turn = (likely - low) / width;
  return chanceOf < turn
    ? low + Math.sqrt(chanceOf * width * (likely - low))
    : high - Math.sqrt((1 - chanceOf) * width * (high - likely));
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { low: at(0.05), mid: at(0.5), high: at(0.95) };
}

const NOTHING: Spread = { low: 0, mid: 0, high: 0 };
const lessBy = ({ low, mid, high }: Spread, by: number): Spread => ({ low: low - by, mid: mid - by, high: high - by });

function meanTap(wards: readonly MeasuredWard[]): number | null {
  const timed = wards.filter(({ tapSeconds, unlocks }) => tapSeconds !== null && unlocks > 0);
  const count = sum(timed.map(({ unlocks }) => unlocks));
  return count === 0 ? null : sum(timed.map(({ tapSeconds, unlocks }) => (tapSeconds ?? 0) * unlocks)) / count;
}

const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0);

/** Mulberry32: the browser and the server draw the same. */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
