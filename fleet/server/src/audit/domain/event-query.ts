import { FleetBodies, isFleetKind, isJournalKind, JournalBodies } from "@wardkey/protocol/fleet";

/** What to search the site's events for. All conditions hold together. */
export interface EventQuery {
  /** Empty: of every kind. */
  readonly kinds: readonly string[];
  readonly source: string | null;
  /** Whom the event names: who it is about, who did it, who stood by. */
  readonly person: string | null;
  /** `from <= at < to`, by the clock of whoever wrote the event. */
  readonly from: number | null;
  readonly to: number | null;
  readonly sort: EventSort;
  readonly order: "up" | "down";
  /** The last event of the page before. */
  readonly after: EventMark | null;
  readonly limit: number;
}

export const EVENT_SORTS = ["at", "kind", "source"] as const;
export type EventSort = (typeof EVENT_SORTS)[number];
/** `key`: the kind or source of a listing that is sorted by it, else empty. */
export type EventMark = { readonly key: string; readonly at: number; readonly leaf: number };

/**
 * Whether the database answers from an index whatever the site's size. Kinds and sources in order are: of everything, or
 * of what one person or device did; not of what a time or a kind picks out.
 */
export function isBounded({ kinds, source, person, from, to, sort }: EventQuery): boolean {
  if (sort === "at") return true;
  if (person !== null || source !== null) return true;
  return kinds.length === 0 && from === null && to === null;
}

/** Every kind that anybody may journal. */
export const EVENT_KINDS: readonly string[] = [
  ...new Set([...Object.keys(JournalBodies), ...Object.keys(FleetBodies)]),
].sort();

/** A kind, or `family.*` for all of a family; `null` for what nobody journals. */
export function kindsOf(asked: string): readonly string[] | null {
  if (!asked.endsWith(".*")) return EVENT_KINDS.includes(asked) ? [asked] : null;
  const family = EVENT_KINDS.filter((kind) => kind.startsWith(asked.slice(0, -1)));
  return family.length === 0 ? null : family;
}

/** Of what the fleet server alone journals: whose it is need not be looked at. */
export const isFleetsOwn = (kind: string): boolean => isFleetKind(kind) && !isJournalKind(kind);

const MARK = /^(?:([a-z0-9.-]{1,64})~)?(\d{1,16})\.(\d{1,16})$/;

export const writeMark = ({ key, at, leaf }: EventMark): string => `${key === "" ? "" : `${key}~`}${at}.${leaf}`;

/** `null` for a text that is no mark. */
export function readMark(text: string): EventMark | null {
  const [, key = "", at, leaf] = MARK.exec(text) ?? [];
  return at === undefined || leaf === undefined ? null : { key, at: Number(at), leaf: Number(leaf) };
}
