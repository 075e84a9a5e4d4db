import { assertNever, hours } from "@wardkey/protocol";
import type { ReleaseRecord } from "@wardkey/protocol/phone";
import type { TapEnd } from "./peripheral/index.js";
import {
  type HistoryEntry,
  type KeptRefusal,
  MAX_HISTORY,
  MAX_REFUSALS,
  MAX_RELEASES,
  type Release,
  type VaultContents,
} from "./vault/index.js";

const QUOTA_WINDOW = hours(1);
/** Strangers who ask again and again make one entry a minute, and never push out the whole of what was released. */
const SAME_STRANGER_WITHIN = 60_000;
const MAX_STRANGERS = 30;

/** Codes of the owner's own doing: they say nothing of the reader, so no kiosk hears of them. */
const OWNERS_OWN = new Set(["phone-locked", "phone-still", "no-template", "consent-denied", "consent-no-answer"]);

/** Adds a release and drops what the quota's hour has passed; what seems to lie in the future stays and counts. */
export function withRelease(releases: readonly Release[], made: Release): Release[] {
  return [made, ...releases.filter(({ at }) => made.at - at < QUOTA_WINDOW)].slice(0, MAX_RELEASES);
}

export function outcomeOf({ outcome, released }: Pick<TapEnd, "outcome" | "released">): ReleaseRecord["outcome"] {
  switch (outcome) {
    case "enrolled":
    case "unlocked":
    case "not-matched":
      return outcome;
    case "refused":
    case "broken-off":
      return released ? "released" : outcome;
    default:
      return assertNever(outcome);
  }
}

/** Adds how a tap ended to the history, newest first. Gives back the same history when a stranger only asked again. */
export function withEnd(
  history: readonly HistoryEntry[],
  { end, id, at }: { end: TapEnd; id: string; at: number },
): readonly HistoryEntry[] {
  const record: ReleaseRecord = {
    id,
    at,
    kiosk: end.reader?.name.slice(0, 80) ?? null,
    ward: end.reader?.ward.slice(0, 80) ?? null,
    purpose: end.purpose,
    outcome: outcomeOf(end),
    code: end.code,
    receipt: end.receipt !== null,
  };
  const [newest] = history;
  if (record.kiosk === null && newest !== undefined && askedAgain(newest.record, record)) return history;
  return bounded([{ record, receipt: end.receipt?.bytes ?? null }, ...history]);
}

function askedAgain(before: ReleaseRecord, now: ReleaseRecord): boolean {
  const sameAnswer = before.kiosk === null && before.outcome === now.outcome && before.code === now.code;
  return sameAnswer && Math.abs(now.at - before.at) < SAME_STRANGER_WITHIN;
}

function bounded(history: readonly HistoryEntry[]): HistoryEntry[] {
  let strangers = 0;
  return history
    .filter(({ record }) => {
      if (record.kiosk !== null) return true;
      strangers += 1;
      return strangers <= MAX_STRANGERS;
    })
    .slice(0, MAX_HISTORY);
}

/** Keeps a refusal that the next honest kiosk should hear of. */
export function withRefusal(
  refusals: readonly KeptRefusal[],
  { end, at }: { end: TapEnd; at: number },
): readonly KeptRefusal[] {
  if (end.outcome !== "refused" || end.released || end.code === null || OWNERS_OWN.has(end.code)) return refusals;
  return [{ kiosk: end.reader?.kiosk ?? null, code: end.code, at }, ...refusals].slice(0, MAX_REFUSALS);
}

/** What the site told this phone through an honest kiosk: an epoch or a time never goes back. */
export function withNews(contents: VaultContents, news: TapEnd["news"]): VaultContents {
  const { site } = contents;
  if (news === null || site === null) return contents;
  return {
    ...contents,
    site: {
      ...site,
      denyEpoch: Math.max(site.denyEpoch, news.denyEpoch),
      deniedKiosks: news.deniedKiosks ?? site.deniedKiosks,
      latestTime: Math.max(site.latestTime, news.time),
    },
  };
}
