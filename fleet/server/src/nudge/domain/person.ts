import type { Behaviour } from "@wardkey/protocol/nudge";

const DAY_MS = 86_400_000;
/** Nothing about a person is kept longer than caps and counts need. */
export const KEPT_MS = 7 * DAY_MS;

export interface Caps {
  /** Hours between two nudges to the same person. */
  readonly hoursBetween: number;
  readonly aWeek: number;
}

/** What is remembered of a person, a week at most: when they were nudged, what waits for them, what was seen of late. */
export interface PersonState {
  readonly nudgedAt: readonly number[];
  readonly waiting: { readonly behaviour: Behaviour; readonly template: string; readonly since: number } | null;
  readonly seen: readonly { readonly behaviour: Behaviour; readonly at: number }[];
}

export const NOBODY: PersonState = { nudgedAt: [], waiting: null, seen: [] };
const SEEN_AT_MOST = 50;

export function fresh(state: PersonState, now: number): PersonState {
  // Also what seems to lie far ahead goes: it would stay until that day.
  const recent = (at: number): boolean => Math.abs(now - at) < KEPT_MS;
  return {
    nudgedAt: state.nudgedAt.filter(recent),
    waiting: state.waiting !== null && recent(state.waiting.since) ? state.waiting : null,
    seen: state.seen.filter(({ at }) => recent(at)).slice(-SEEN_AT_MOST),
  };
}

export const isEmpty = ({ nudgedAt, waiting, seen }: PersonState): boolean =>
  nudgedAt.length === 0 && waiting === null && seen.length === 0;

/** Whether one more nudge would be one too many. */
export function isCapped({ nudgedAt }: PersonState, caps: Caps, now: number): boolean {
  const last = Math.max(Number.NEGATIVE_INFINITY, ...nudgedAt);
  const thisWeek = nudgedAt.filter((at) => now - at < KEPT_MS).length;
  return now - last < caps.hoursBetween * 3_600_000 || thisWeek >= caps.aWeek;
}

export const timesSeen = ({ seen }: PersonState, behaviour: Behaviour): number =>
  seen.filter((each) => each.behaviour === behaviour).length;
