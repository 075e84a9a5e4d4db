import type { Use } from "@wardkey/virtual-radio/walks";
import type { RuleEvent } from "./rule.js";
import type { KioskTruth } from "./truth.js";

/** From sitting down; later, the kiosk did not open for her. */
const MISSED_MS = 10_000;

/** What one person went through at one kiosk in one walk, and what a rule did that nobody wanted. */
export interface Findings {
  /** For each departure from an open session: from crossing three metres to the lock; never less than 0. */
  readonly lockMs: readonly number[];
  /** Of those: not locked before the walk ended. Their delay is what was left of the walk, so it is too small. */
  readonly neverLocked: number;
  /** Of those: locked on her way out, before she had crossed the line. Their delay is 0. */
  readonly early: number;
  /** She left a kiosk that was locked already, or had never opened. */
  readonly unmeasured: number;
  /** Locked while she stayed: before she got up for good, and within three metres. */
  readonly falseLocks: readonly RuleEvent[];
  /** A rule that locks falsely often locks again and again: uses in which it did so at least once. */
  readonly disturbed: number;
  readonly veils: number;
  readonly unlocks: number;
  readonly wrongUnlocks: readonly RuleEvent[];
  readonly uses: number;
  readonly missedUnlocks: number;
  /** From sitting down to the first unlock; 0 where it opened on her way to the seat. */
  readonly unlockMs: readonly number[];
  /** How long sessions were open for who used the kiosk. */
  readonly openMs: number;
}

/** Holds what a rule did at one kiosk against what is true. `people`: whose uses this rule is about. */
export function judge(truth: KioskTruth, events: readonly RuleEvent[], people: ReadonlySet<string>): Findings {
  const uses = truth.uses.filter((use) => people.has(use.person));
  const locks = events.filter((event) => event.type === "locked");
  const falseLocks = locks.filter((lock) => isFalse(lock, truth, uses));
  const unlocks = events.filter((event) => event.type === "unlocked");
  const departures = uses.map((use) => departureOf(use, events, truth.durationMs));
  const delays = departures.flatMap((each) => (each === null ? [] : [each]));
  return {
    lockMs: delays.map(({ ms }) => ms),
    neverLocked: delays.filter(({ end }) => end === "never").length,
    early: delays.filter(({ end }) => end === "early").length,
    unmeasured: departures.length - delays.length,
    falseLocks,
    disturbed: new Set(falseLocks.map((lock) => during(lock, uses))).size,
    veils: events.filter((event) => event.type === "veiled" && during(event, uses) !== undefined).length,
    unlocks: unlocks.length,
    wrongUnlocks: unlocks.filter((unlock) => !uses.some((use) => wanted(unlock, use))),
    uses: uses.length,
    missedUnlocks: uses.filter((use) => openedAt(use, events) > use.seatedAt + MISSED_MS).length,
    unlockMs: uses.flatMap((use) => {
      const at = openedAt(use, events);
      return Number.isFinite(at) ? [Math.max(0, at - use.seatedAt)] : [];
    }),
    openMs: uses.reduce((sum, use) => sum + openWithin(use, events), 0),
  };
}

const wanted = (unlock: RuleEvent, use: Use): boolean =>
  unlock.person === use.person && unlock.at >= use.from && unlock.at <= use.risesAt;

/** The use during which it happened: from setting off towards the kiosk to getting up for good. */
const during = (event: RuleEvent, uses: readonly Use[]): Use | undefined =>
  uses.find((use) => use.person === event.person && event.at >= use.from && event.at < use.risesAt);

/** Who stepped outside for a moment is locked or not, and both are right. */
const isFalse = (lock: RuleEvent, truth: KioskTruth, uses: readonly Use[]): boolean =>
  during(lock, uses) !== undefined && truth.within(lock.person, lock.at);

interface Departure {
  readonly ms: number;
  readonly end: "locked" | "early" | "never";
}

/** From leaving to the lock; `null`: the kiosk was not open for her when she set out. */
function departureOf(use: Use, events: readonly RuleEvent[], durationMs: number): Departure | null {
  const before = events.findLast(
    (event) => event.person === use.person && event.type !== "veiled" && event.at < use.leftAt,
  );
  if (before === undefined) return null;
  if (before.type === "locked") return before.at >= use.risesAt ? { ms: 0, end: "early" } : null;
  const lock = events.find((event) => event.person === use.person && event.type === "locked" && event.at >= use.leftAt);
  return lock === undefined
    ? { ms: durationMs - use.leftAt, end: "never" }
    : { ms: lock.at - use.leftAt, end: "locked" };
}

/** When it was open for this use first; infinite: never. */
function openedAt(use: Use, events: readonly RuleEvent[]): number {
  const before = events.findLast(
    (event) => event.person === use.person && event.type !== "veiled" && event.at < use.from,
  );
  if (before?.type === "unlocked") return use.from;
  const unlock = events.find((event) => event.type === "unlocked" && wanted(event, use));
  return unlock?.at ?? Number.POSITIVE_INFINITY;
}

function openWithin(use: Use, events: readonly RuleEvent[]): number {
  let openMs = 0;
  let since: number | null = null;
  for (const event of events) {
    if (event.person !== use.person || event.type === "veiled") continue;
    if (event.type === "unlocked") since ??= event.at;
    else if (since !== null) {
      openMs += overlap(since, event.at, use);
      since = null;
    }
  }
  return since === null ? openMs : openMs + overlap(since, use.leftAt, use);
}

const overlap = (from: number, to: number, use: Use): number =>
  Math.max(0, Math.min(to, use.leftAt) - Math.max(from, use.from));
