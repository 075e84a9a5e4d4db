import { z } from "zod";

/**
 * What a site assumes about itself to weigh what Wardkey measured: each as a range, for nobody knows such a number to the
 * digit. `likely` lies within; the estimate draws from the triangle that the three span.
 */

const Range = z
  .strictObject({ low: z.number(), likely: z.number(), high: z.number() })
  .refine(({ low, likely, high }) => low <= likely && likely <= high, "low <= likely <= high");
export type Range = Readonly<z.infer<typeof Range>>;

const between = (least: number, most: number) =>
  Range.refine(({ low, high }) => low >= least && high <= most, `between ${least} and ${most}`);

export const UNITS = ["seconds", "share", "money", "money-an-hour", "a-year", "minutes", "money-a-year"] as const;
export type Unit = (typeof UNITS)[number];
export const GROUPS = ["time", "security", "costs"] as const;
export type Group = (typeof GROUPS)[number];

interface Asked {
  readonly unit: Unit;
  readonly group: Group;
  readonly least: number;
  readonly most: number;
  /** Where a new site begins. Of a plausible size and taken from no study: each site puts its own. */
  readonly start: Range;
}

const asked = (
  group: Group,
  unit: Unit,
  [least, most]: [number, number],
  [low, likely, high]: [number, number, number],
) => ({ group, unit, least, most, start: { low, likely, high } }) as const satisfies Asked;

export const ASSUMPTIONS = {
  /** How long signing in took before, with name and password. */
  loginBefore: asked("time", "seconds", [0, 600], [10, 20, 40]),
  /** How many of today's unlocks would have been a sign-in before: a shared session that stayed open was none. */
  loginsReplaced: asked("time", "share", [0, 1], [0.4, 0.7, 1]),
  /** What a wrong lock costs beside the tap that follows it. */
  falseLockCost: asked("time", "seconds", [0, 600], [5, 10, 20]),
  /** How many of the wrong locks somebody reported. */
  falseLocksReported: asked("time", "share", [0.01, 1], [0.2, 0.5, 1]),
  /** What an hour of a clinician's work costs. */
  workHour: asked("time", "money-an-hour", [0, 1_000], [25, 40, 70]),
  /** How much of an hour given back in pieces of seconds becomes work. */
  timeUsed: asked("time", "share", [0, 1], [0.2, 0.5, 0.8]),
  /** Incidents a year through open or shared sessions, as it was. */
  incidents: asked("security", "a-year", [0, 1_000], [0.1, 0.5, 2]),
  incidentCost: asked("security", "money", [0, 1e9], [10_000, 60_000, 300_000]),
  /** How many of them do not happen any more. */
  incidentsAvoided: asked("security", "share", [0, 1], [0.2, 0.5, 0.8]),
  /** Hardware and care for one kiosk, by the year. */
  kioskCost: asked("costs", "money-a-year", [0, 100_000], [100, 200, 400]),
  /** Servers, support, the IT team's time, by the year. */
  runningCost: asked("costs", "money-a-year", [0, 1e9], [10_000, 25_000, 60_000]),
  /** Of one person at an enrolment, with whoever helps; once a year. */
  enrolment: asked("costs", "minutes", [0, 240], [4, 8, 15]),
} as const satisfies Readonly<Record<string, Asked>>;

export type AssumptionName = keyof typeof ASSUMPTIONS;
export const ASSUMPTION_NAMES = Object.keys(ASSUMPTIONS) as readonly AssumptionName[];

const shape = Object.fromEntries(
  ASSUMPTION_NAMES.map((name) => [name, between(ASSUMPTIONS[name].least, ASSUMPTIONS[name].most)]),
) as Record<AssumptionName, typeof Range>;
export const Assumptions = z.strictObject(shape);
export type Assumptions = Readonly<Record<AssumptionName, Range>>;

/** Every range at its start. */
export const startAssumptions = (): Assumptions =>
  Object.fromEntries(ASSUMPTION_NAMES.map((name) => [name, ASSUMPTIONS[name].start])) as Record<AssumptionName, Range>;
