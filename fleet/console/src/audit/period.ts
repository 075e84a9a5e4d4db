/** How far back somebody looks; a day by its date is a deep link that stays. */
export const PERIODS = ["hour", "day", "week", "month"] as const;
export type Period = (typeof PERIODS)[number];

const HOUR = 3_600_000;
const LONG: Readonly<Record<Period, number>> = { hour: HOUR, day: 24 * HOUR, week: 168 * HOUR, month: 720 * HOUR };
const MINUTE = 60_000;
const SPAN = /^(\d{1,15})-(\d{1,15})?$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The time between two moments, as an address says it; empty without a beginning. */
export const spanOf = (from: number | undefined, to: number | undefined): string =>
  from === undefined ? "" : `${from}-${to ?? ""}`;

/** The times that an address asks for: a period up to now, to the minute so that one look is one question, a span, or one day. */
export function periodOf(
  value: string | undefined,
  now: number,
): { readonly from: number | null; readonly to: number | null } {
  const period = PERIODS.find((each) => each === value);
  if (period !== undefined) return { from: Math.floor((now - LONG[period]) / MINUTE) * MINUTE, to: null };
  const [, begins, ends] = SPAN.exec(value ?? "") ?? [];
  if (begins !== undefined) return { from: Number(begins), to: ends === undefined ? null : Number(ends) };
  const from = value !== undefined && DAY.test(value) ? new Date(`${value}T00:00:00`).getTime() : Number.NaN;
  return Number.isNaN(from) ? { from: null, to: null } : { from, to: from + 24 * HOUR };
}

/** In words what an address asks for that is none of the periods on offer; `null`: it asks for none. */
export function spanLabel(value: string, dateTime: (at: number) => string): string | null {
  if (PERIODS.some((each) => each === value)) return null;
  const { from, to } = periodOf(value, 0);
  return from === null ? null : `${dateTime(from)} – ${to === null ? "" : dateTime(to)}`.trim();
}
